# liblwt. `make help` lists what can be made.

CARGO ?= cargo
# For the examples, beside what their build lines say.
EXAMPLE_CFLAGS ?= -g -Wall -Wextra -pedantic
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DESTDIR ?=
# For `make test`: with which engine only the C tests are run, or all.
ENGINE ?=

# Where cargo builds, and what it builds there for C.
CARGO_TARGET_DIR ?= target
LWT_LIBRARY = $(CARGO_TARGET_DIR)/release

# The recipes read these from the environment: no path is pasted into a
# command, whatever signs it holds. CC and CXX are handed on when they are given,
# and only then: what make itself supposes them to be would be a change to cargo,
# which would build anew all that has C in it.
export CARGO CARGO_TARGET_DIR LWT_LIBRARY
test: export ENGINE := $(ENGINE)
install uninstall: export PREFIX := $(PREFIX)
install uninstall: export LIBDIR := $(LIBDIR)
install uninstall: export INCLUDEDIR := $(INCLUDEDIR)
install uninstall: export DESTDIR := $(DESTDIR)

examples = $(patsubst examples_c/%.c,build/examples/%,$(wildcard examples_c/*.c)) \
  $(patsubst examples_c/%.cpp,build/examples/%,$(wildcard examples_c/*.cpp))

.PHONY: all library examples demo test check faults bench headers docs dist deb abi clean-machine prepare install uninstall clean help
.DEFAULT_GOAL := all

all: library examples

library:
	@sh tools/need.sh cargo cc
	$(CARGO) rustc --quiet --release --lib --crate-type cdylib,staticlib
	@ln -sf liblwt.so "$$LWT_LIBRARY/liblwt.so.0"

examples: $(examples)

# Each is built by the line in its first comment; beside its C file it has what
# the folder of its name holds.
.SECONDEXPANSION:
build/examples/%: examples_c/%.c $$(wildcard examples_c/%/*.[ch]) $(wildcard include/*.h) | library
	CFLAGS='$(EXAMPLE_CFLAGS)' sh tools/example.sh build/examples $*

build/examples/%: examples_c/%.cpp $(wildcard include/*.h include/*.hpp include/lwt/*.hpp) | library
	CFLAGS='$(EXAMPLE_CFLAGS)' sh tools/example.sh build/examples $*.cpp

demo: all
	@sh tools/need.sh diff
	sh examples_c/demo.sh build/examples/copy_tree

test: prepare
	@sh tools/test.sh all

check:
	@sh tools/test.sh quick

faults:
	@sh tools/need.sh cargo cc
	$(CARGO) test --quiet --test faults -- --all
	$(CARGO) test --quiet --test faults -- --valgrind

bench: all
	@sh tools/prepare.sh bench
	benches/run

headers:
	@sh tools/need.sh cargo cc
	LWT_WRITE_HEADERS=1 $(CARGO) test --quiet --test headers --test packages --test reference generator

docs:
	@sh docs/build.sh build/docs

dist:
	@sh tools/dist.sh build

deb: library
	@sh tools/deb.sh build/deb

abi:
	@sh tools/need.sh cargo cc abidw abidiff xz
	LWT_WRITE_ABI=1 $(CARGO) test --quiet --test packages abi

clean-machine: library
	@sh tests/clean_machine/run

prepare:
	@sh tools/prepare.sh test

# Root often has no cargo: what was built before is installed then.
install:
	@if command -v "$$CARGO" >/dev/null 2>&1; then $(MAKE) --no-print-directory library; fi
	@sh tools/install.sh install

uninstall:
	@sh tools/install.sh uninstall

clean:
	rm -rf build
	@sh tools/need.sh cargo
	$(CARGO) clean --quiet

help:
	@echo 'make             build the library and the examples'
	@echo 'make demo        build all, and copy a real tree with the copy_tree example'
	@echo 'make test        run every test; installs the tools that are missing, where it may'
	@echo 'make test ENGINE=all  run the C tests with each engine, or with ENGINE=poll and so on'
	@echo 'make check       the quick part of the tests: style, unit tests, headers'
	@echo 'make faults      let each call of the library fail, one a run, in every test; takes long'
	@echo 'make bench       measure the library beside its peers'
	@echo 'make headers     generate include/ from src/capi/, and from it lwt-api.json and man/'
	@echo 'make docs        build the guide, build/docs/html/index.html'
	@echo 'make prepare     install what the tests need, or name it'
	@echo 'make install     install under PREFIX (/usr/local); LIBDIR, INCLUDEDIR, DESTDIR'
	@echo 'make uninstall   take away what install put there'
	@echo 'make dist        make the release build/liblwt-VERSION.tar.gz'
	@echo 'make deb         make the Debian packages in build/deb'
	@echo 'make abi         describe the interface of this release, for later ones'
	@echo 'make clean-machine  follow the first chapters of the guide where nothing but the packages is'
	@echo 'make clean       take away what was built'
