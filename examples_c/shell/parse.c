/* A line as a list of pipelines: words, quotes, variables, and the signs between
 * them. */
#include "shell.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
  char *chars;
  size_t len;
};

static void add(struct text *text, const char *more, size_t len)
{
  text->chars = grow(text->chars, text->len + len + 1);
  memcpy(text->chars + text->len, more, len);
  text->len += len;
  text->chars[text->len] = '\0';
}

/* $? or $NAME at `at`; returns what is behind it. */
static const char *add_variable(struct text *word, const char *at, int status)
{
  char name[256], number[20];
  size_t len = 0;

  if (at[1] == '?') {
    snprintf(number, sizeof number, "%d", status);
    add(word, number, strlen(number));
    return at + 2;
  }
  while (isalnum((unsigned char)at[1 + len]) || at[1 + len] == '_') len++;
  if (len == 0 || len >= sizeof name) {
    add(word, at, 1);
    return at + 1;
  }
  memcpy(name, at + 1, len);
  name[len] = '\0';
  const char *value = getenv(name);
  if (value != NULL) add(word, value, strlen(value));
  return at + 1 + len;
}

/* Does a backslash before this sign mean the sign? */
static bool is_escaped(char sign, char quote)
{
  if (sign == '\0' || quote == '\'') return false;
  return quote == '\0' || strchr("$\"\\", sign) != NULL;
}

/* The word at *at. NULL: a quote has no end. */
static char *read_word(const char **at, int status)
{
  struct text word = {NULL, 0};
  const char *next = *at;
  char quote = '\0';

  add(&word, "", 0);
  while (*next != '\0' && (quote != '\0' || strchr(" \t|&;<>", *next) == NULL)) {
    if (*next == quote) {
      quote = '\0';
      next++;
    } else if (quote == '\0' && (*next == '\'' || *next == '"')) {
      quote = *next++;
    } else if (*next == '$' && quote != '\'') {
      next = add_variable(&word, next, status);
    } else {
      if (*next == '\\' && is_escaped(next[1], quote)) next++;
      add(&word, next++, 1);
    }
  }
  *at = next;
  if (quote == '\0') return word.chars;
  free(word.chars);
  return NULL;
}

static struct pipeline *add_pipeline(struct line *line, enum when when)
{
  line->pipelines = grow(line->pipelines, (size_t)(line->count + 1) * sizeof *line->pipelines);
  struct pipeline *pipeline = &line->pipelines[line->count++];
  memset(pipeline, 0, sizeof *pipeline);
  pipeline->when = when;
  return pipeline;
}

static struct command *add_command(struct pipeline *pipeline)
{
  size_t size = (size_t)(pipeline->count + 1) * sizeof *pipeline->commands;
  pipeline->commands = grow(pipeline->commands, size);
  struct command *command = &pipeline->commands[pipeline->count++];
  memset(command, 0, sizeof *command);
  return command;
}

static void add_argument(struct command *command, char *word)
{
  command->argv = grow(command->argv, (size_t)(command->argc + 2) * sizeof *command->argv);
  command->argv[command->argc++] = word;
  command->argv[command->argc] = NULL;
}

/* The redirection at *at, if there is one: where its file is to be noted. */
static char **redirection(const char **at, struct command *command)
{
  const char *sign = *at;

  if (strncmp(sign, "2>&1", 4) == 0) {
    command->error_to_output = true;
    *at += 4;
    return NULL;
  }
  if (strncmp(sign, "2>", 2) == 0) {
    *at += 2;
    return &command->error;
  }
  if (*sign == '<') {
    *at += 1;
    return &command->input;
  }
  command->append = strncmp(sign, ">>", 2) == 0;
  *at += command->append ? 2 : 1;
  return &command->output;
}

static bool is_redirection(const char *at)
{
  return *at == '<' || *at == '>' || strncmp(at, "2>", 2) == 0;
}

/* One word, or one redirection with its file. */
static const char *read_part(const char **at, int status, struct command *command)
{
  char **file = NULL;

  if (is_redirection(*at)) {
    file = redirection(at, command);
    if (file == NULL) return NULL;
    *at += strspn(*at, " \t");
    if (**at == '\0' || strchr("|&;<>", **at) != NULL) return "a redirection wants a file";
  }
  char *word = read_word(at, status);
  if (word == NULL) return "a quote has no end";
  if (file == NULL) {
    add_argument(command, word);
  } else {
    free(*file);
    *file = word;
  }
  return NULL;
}

const char *parse(const char *text, int status, struct line *line)
{
  const char *at = text, *begin = text, *wrong = NULL;
  struct pipeline *pipeline = NULL;
  struct command *command = NULL;
  enum when when = ALWAYS;

  memset(line, 0, sizeof *line);
  while (wrong == NULL) {
    at += strspn(at, " \t");
    bool end = *at == '\0' || *at == '#';
    if (!end && strchr("|&;", *at) == NULL) {
      if (pipeline == NULL) {
        begin = at;
        pipeline = add_pipeline(line, when);
        command = NULL;
      }
      if (command == NULL) command = add_command(pipeline);
      wrong = read_part(&at, status, command);
      continue;
    }
    if (!end && *at == '|' && at[1] != '|') {
      if (command == NULL || command->argc == 0) wrong = "there is nothing before |";
      command = NULL;
      at++;
      continue;
    }
    /* The end of a pipeline. */
    if (pipeline != NULL && (command == NULL || command->argc == 0)) {
      wrong = "a command is missing";
    } else if (pipeline == NULL && !(end && when == ALWAYS)) {
      wrong = "a command is missing";
      if (end && when != ALWAYS) wrong = "there is nothing behind && or ||";
    } else if (pipeline != NULL) {
      struct text all = {NULL, 0};
      add(&all, begin, (size_t)(at - begin));
      pipeline->text = all.chars;
      pipeline->background = *at == '&' && at[1] != '&';
    }
    if (end) break;
    bool two = at[1] == at[0] && *at != ';';
    when = !two ? ALWAYS : *at == '&' ? AFTER_SUCCESS : AFTER_FAILURE;
    at += two ? 2 : 1;
    pipeline = NULL;
    command = NULL;
  }
  if (wrong != NULL) free_line(line);
  return wrong;
}

void free_line(struct line *line)
{
  for (int p = 0; p < line->count; p++) {
    struct pipeline *pipeline = &line->pipelines[p];
    for (int c = 0; c < pipeline->count; c++) {
      struct command *command = &pipeline->commands[c];
      for (int a = 0; a < command->argc; a++) free(command->argv[a]);
      free(command->argv);
      free(command->input);
      free(command->output);
      free(command->error);
    }
    free(pipeline->commands);
    free(pipeline->text);
  }
  free(line->pipelines);
  memset(line, 0, sizeof *line);
}
