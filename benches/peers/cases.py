"""Reads files of cases, such as cases.txt, whose head explains the form."""


def parse(fname, peers):
    """[(case, row, N, whether the stack is unlimited)]; peers: {name: program} grows."""
    out = []
    for line in open(fname):
        w = line.split("#")[0].split()
        if not w:
            continue
        if w[0] == "@peer":
            peers[w[1]] = w[2]
            continue
        for spec in w[2:]:
            label, _, n = spec.partition("=")
            stack = label.endswith("!stack")
            label = label[:-6] if stack else label
            out.append((w[0], label, n or w[1], stack))
    return out
