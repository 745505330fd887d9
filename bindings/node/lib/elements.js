// What streams and their like are of, which their handles do not tell in C: a
// stream of lines and one of JavaScript values are both an lwt_stream, and what
// takes the one for the other reads memory that there is not. So of the functions
// with such handles only those are described that are named here.
'use strict';

const names = (text) => new Set(text.trim().split(/\s+/));

// The streams that a function takes, by what their elements are: texts (`struct
// lwt_string *`), integers, JavaScript values, or whatever they are.
const takes = {
  'text stream': names(`
    lwt_io_write_lines lwt_io_lines_to_file lwt_text_write_chars lwt_text_write_lines
    lwt_text_lines_to_file lwt_text_chars_to_file lwt_term_parse_key_raw`),
  'integer stream': names(`
    lwt_io_write_chars lwt_io_chars_to_file lwt_io_hexdump_stream lwt_text_hexdump_stream
    lwt_stream_hexdump`),
  'value stream': names(`lwt_stream_clone lwt_stream_append lwt_event_of_stream`),
  stream: names(`
    lwt_stream_junk lwt_stream_njunk lwt_stream_junk_available lwt_stream_junk_old
    lwt_stream_is_closed lwt_stream_closed lwt_stream_on_terminate`),
};

// The streams that a function gives.
const gives = {
  'text stream': names(`
    lwt_io_read_lines lwt_io_lines_of_file lwt_text_read_chars lwt_text_read_lines
    lwt_text_lines_of_file lwt_text_chars_of_file lwt_term_standard_input
    lwt_unix_files_of_directory lwt_stream_hexdump`),
  'integer stream': names('lwt_io_read_chars lwt_io_chars_of_file lwt_stream_of_string'),
  'value stream': names(`
    lwt_stream_from lwt_stream_create lwt_stream_create_with_reference
    lwt_stream_create_bounded lwt_stream_return_owned lwt_stream_return_lwt
    lwt_stream_of_lwt_seq lwt_stream_clone lwt_stream_append lwt_event_to_stream`),
};

// Others are of JavaScript values alone: these functions make them, or hand on
// what they are of and do not look at it.
const others = names(
  'lwt_condition lwt_mvar lwt_pqueue lwt_seq lwt_seq_node lwt_sequence lwt_sequence_node lwt_event lwt_signal',
);
const ofValues = names(`
  lwt_condition_create lwt_condition_wait lwt_condition_signal_owned lwt_condition_broadcast_owned
  lwt_mvar_create_owned lwt_mvar_create_empty lwt_mvar_put_owned lwt_mvar_take lwt_mvar_is_empty
  lwt_seq_empty lwt_seq_return_owned lwt_seq_return_lwt lwt_seq_cons_owned lwt_seq_cons_lwt
  lwt_seq_append lwt_stream_of_lwt_seq
  lwt_sequence_create lwt_sequence_is_empty lwt_sequence_length lwt_sequence_clear
  lwt_sequence_set_owned lwt_sequence_remove lwt_sequence_add_l_owned lwt_sequence_add_r_owned
  lwt_sequence_transfer_l lwt_sequence_transfer_r
  lwt_event_create lwt_event_never lwt_event_send_owned lwt_event_send_in_owned lwt_event_equal
  lwt_event_stop lwt_event_stop_strongly lwt_event_once lwt_event_drop_once lwt_event_stamp
  lwt_event_dismiss lwt_event_until lwt_event_with_finaliser lwt_event_limit lwt_event_from
  lwt_event_to_stream lwt_event_of_stream lwt_event_keep
  lwt_signal_create_owned lwt_signal_const_owned lwt_signal_set_owned lwt_signal_set_in_owned
  lwt_signal_equal lwt_signal_stop lwt_signal_stop_strongly lwt_signal_hold lwt_signal_changes
  lwt_signal_dismiss lwt_signal_with_finaliser lwt_signal_limit lwt_signal_keep`);

const among = (table, name) => Object.keys(table).find((kind) => table[kind].has(name));

// The names of the classes of what a function takes and gives as a `type` in C;
// undefined: it is not to be called with that.
function taken(name, type) {
  if (type === 'lwt_stream') return among(takes, name);
  return others.has(type) && !ofValues.has(name) ? undefined : type;
}
function given(name, type) {
  return type === 'lwt_stream' ? among(gives, name) : taken(name, type);
}

/** Are the handles of the class streams whose elements are of one kind? */
const isOfOneKind = (name) => Object.hasOwn(gives, name);

module.exports = { taken, given, isOfOneKind };
