"""Does what mutate.py does, for lines of residues: certificates with false claims, and some others that stay true."""
import check
import residues

EACH = 4  # mutations of a kind, if there are that many places for it

SEARCHES = (  # name, lines, command
    ("squares", "x mod p square for primes p in 3..29\nx not square\n", "solve"),
    ("squares to 17", "x mod 8 = 1\nx not square\nto 17\n", "solve"),
    ("triplets", "x + {0, 2, 6} prime\nx mod 5 != 1\nx mod 7 != 3\nfrom 70000\n", "solve"),
    ("a small prime", "x prime\nx mod 4 = 1\nfrom 6\n", "solve"),
    ("far away", "x in {10^9..10^12}\nx mod 30 in {1, 7, 11}\nx not power\nx mod 1048583 square\n", "solve"),
    ("nothing left", "x in {10^9..10^12}\nx mod 30 in {1, 7, 11}\nto 1000\n", "solve"),
    ("count of twins", "x + {0, 2} prime\nto 66000\n", "count"),
    ("count of small twins", "x + {0, 2} prime\nfrom 1000\nto 3000\n", "count"),
    ("count without powers", "x mod 7 in {1, 2, 4}\nx not power\nfrom 20\nto 3000\n", "count"),
)
TREES = (
    ("even and odd", "x mod 2 = 1\nx mod 3 != 1\nx mod 2 = 0\n"),
    ("Erdos", "x mod 2 != 0\nx mod 3 != 0\nx mod 4 != 1\nx mod 6 != 5\nx mod 12 != 7\n"),
    ("triplets from 4 on", "x + {0, 2, 4} prime\nfrom 4\n"),
    ("triplets of none", "x + {0, 2, 4} prime\nx mod 3 != 0\n"),
    ("nothing", "x not square\nx mod 4 not in {0..3}\n"),
)
COUNTS = (
    ("count by components", "x mod p nonsquare for primes p in 3..7\nfrom 5\nto 100000\n"),
    ("count of classes", "x mod 6 not in {0, 3}\nx mod 10 in {1, 2, 3, 7}\nx mod 8 != 5\nx coprime to 7\nto 5000\n"),
)


class Parts:
    """The lines of a certificate by kind, each of which can be changed."""

    def __init__(self, lines):
        self.firewall = lines[1]
        self.rows = {}
        self.windows = []  # rows of end, count, hash, and the x that are dropped
        self.nodes = []
        for line in lines[2:]:
            key, *words = line.split(" ")
            if key == "window":
                self.windows.append([*words, []])
            elif key == "dropped":
                self.windows[-1][3].append(int(words[0]))
            elif key in ("split", "leaf"):
                self.nodes.append(line)
            elif key == "without":
                self.rows.setdefault("without", []).append(int(words[0]))
            else:
                self.rows[key] = words

    def lines(self, windows=None, nodes=None, **rows):
        """The lines with some of them replaced; None leaves a line out."""
        part = {**self.rows, **rows}
        made = ["firesieve-certificate 1", self.firewall]
        for key in ("claim", "range", "made", "within", "small", "empty"):
            if part.get(key) is not None:
                made.append(" ".join([key, *(str(word) for word in part[key])]))
        made += [f"without {modulus}" for modulus in part.get("without") or ()]
        for end, count, value, dropped in self.windows if windows is None else windows:
            made += [f"window {end} {count} {value}", *(f"dropped {x}" for x in dropped)]
        return made + (self.nodes if nodes is None else nodes)

    def with_window(self, place, **changes):
        """The windows with the one at that place changed."""
        names = ("end", "count", "value", "dropped")
        return [[changes.get(name, old) for name, old in zip(names, window)] if i == place else window
                for i, window in enumerate(self.windows)]


class Search:
    """The contents of a search's lines, for making false ones that look right."""

    def __init__(self, lines, parts):
        self.lines = lines
        self.firewall = check.Residues(lines)
        self.parts = parts
        self.counted = parts.rows["claim"][0] == "count"
        without = parts.rows.get("without", ())
        self.without = self.firewall.periods() if "empty" in parts.rows else set(without)
        self.begin = int(parts.rows["range"][0])
        if "within" in parts.rows:
            self.begin = max(self.begin, int(parts.rows["within"][0]))
        self.begin = int(parts.rows["small"][0]) if "small" in parts.rows else self.begin

    def window(self, begin, end):
        """The window as a certificate would list it."""
        caught = self.firewall.sieve(begin, end, self.without)
        left = [begin + place for place, byte in enumerate(caught) if not byte]
        value = sum(check.xxh64(x.to_bytes(16, "little"), 0) for x in left) % 2**64
        dropped = [x for x in left if not self.firewall.is_safe(x) and not self.firewall.is_left_out(x, self.without)]
        return [str(end), str(len(left)), f"{value:016x}", dropped], left


def mutate_dropped(search, draw):
    parts = search.parts
    claim, *answer = parts.rows["claim"]
    full = [i for i, window in enumerate(parts.windows) if window[3]]
    for i in draw.sample(full, min(EACH, len(full))):
        dropped = parts.windows[i][3]
        at = draw.randrange(len(dropped))
        x = dropped[at]
        fewer = parts.with_window(i, dropped=dropped[:at] + dropped[at + 1:])
        yield "dropped, left out", parts.lines(windows=fewer)
        if search.counted:
            yield "dropped, left out and counted", parts.lines(windows=fewer, claim=["count", int(answer[0]) + 1])
        yield "dropped twice", parts.lines(windows=parts.with_window(i, dropped=sorted(dropped + [x])))
        for wrong in (x - 1, x + 1, 2**127, int(parts.windows[i][0])):
            yield "dropped, another", parts.lines(
                windows=parts.with_window(i, dropped=dropped[:at] + [wrong] + dropped[at + 1:]))
        if len(dropped) > 1:
            yield "dropped, descending", parts.lines(windows=parts.with_window(i, dropped=dropped[::-1]))
        if claim == "found":
            yield "what is dropped found", parts.lines(claim=["found", x])
        if i > 0:
            moved = parts.with_window(i, dropped=dropped[1:])
            moved[i - 1] = [*moved[i - 1][:3], moved[i - 1][3] + dropped[:1]]
            yield "dropped in the window before", parts.lines(windows=moved)
    for i in draw.sample(range(len(parts.windows)), min(EACH, len(parts.windows))):
        begin = int(parts.windows[i - 1][0]) if i else search.begin
        _, left = search.window(begin, int(parts.windows[i][0]))
        dropped = parts.windows[i][3]
        others = [x for x in left if x not in dropped]
        for x in draw.sample(others, min(2, len(others))):
            more = parts.with_window(i, dropped=sorted(dropped + [x]))
            yield "what is not dropped", parts.lines(windows=more)
            if search.counted:
                yield "what is not dropped, not counted", parts.lines(windows=more, claim=["count", int(answer[0]) - 1])
    if full:
        yield "nothing dropped", parts.lines(windows=[[*window[:3], []] for window in parts.windows])


def mutate_windows(search, draw):
    parts = search.parts
    windows = parts.windows
    for i in draw.sample(range(len(windows)), min(EACH, len(windows))):
        end, count, value, _ = windows[i]
        yield "count + 1", parts.lines(windows=parts.with_window(i, count=int(count) + 1))
        yield "hash", parts.lines(windows=parts.with_window(i, value=f"{int(value, 16) ^ 1 << draw.randrange(64):016x}"))
        yield "window doubled", parts.lines(windows=windows[:i + 1] + windows[i:])
        begin = int(windows[i - 1][0]) if i else search.begin
        for other in (int(end) - 1, int(end) + 1):
            if other > begin and (i + 1 == len(windows) or search.window(begin, other)[0][1:3] != [count, value]):
                yield "window shifted", parts.lines(windows=parts.with_window(i, end=other))
        if int(count) > 0:
            yield "window dropped", parts.lines(windows=windows[:i] + windows[i + 1:])
    if not windows:
        return
    yield "no windows", parts.lines(windows=[])
    yield "dropped after no window", [line for line in parts.lines() if not line.startswith("window ")] + ["dropped 1"]
    if search.counted:
        yield "empty", parts.lines(empty=[])
        yield "components", parts.lines(windows=[], made=None) + ["component 7 3", "tower 7 3"]
        return
    moduli = sorted(search.firewall.periods())
    without = sorted(search.without)
    yield "a modulus of no class", parts.lines(empty=None, without=without + [moduli[-1] + 1])
    if without and without != moduli:
        yield "a modulus less", parts.lines(without=without[1:])
        yield "a modulus twice", parts.lines(without=without[:1] + without)
        yield "empty", parts.lines(empty=[], without=None)


def mutate_part(parts):
    """The lines `within` and `small`, each of which has only one correct form."""
    if "small" in parts.rows:
        end = int(parts.rows["small"][0])
        for wrong in (end - 1, end + 1, 0, 70001, 2**127):
            yield "small", parts.lines(small=[wrong])
        yield "no small", parts.lines(small=None)
        yield "small twice", [row for line in parts.lines() for row in [line] * (1 + line.startswith("small"))]
    else:
        yield "a small", parts.lines(small=[5])
        yield "a small of nothing", parts.lines(small=[0])
    if "within" in parts.rows:
        low, high = (int(word) for word in parts.rows["within"])
        for wrong in ((low + 1, high), (low - 1, high), (low, high - 1), (low, high + 1), (high, low)):
            yield "within", parts.lines(within=wrong)
        yield "within, one number", parts.lines(within=[low])
        yield "not within", parts.lines(within=None)
    else:
        yield "within", parts.lines(within=[1, 2**127])


def mutate_claim(search):
    parts = search.parts
    claim, *answer = parts.rows["claim"]
    begin, to = (int(word) for word in parts.rows["range"])
    if claim == "count":
        for wrong in (-1, 1):
            yield "another count", parts.lines(claim=["count", int(answer[0]) + wrong])
        yield "found", parts.lines(claim=["found", begin])
        return
    yield "never", parts.lines(claim=["never"], range=None, made=None)
    yield "a tree", parts.lines(made=None, windows=[], nodes=["leaf 2 0"])
    if claim == "none":
        yield "found", parts.lines(claim=["found", begin])
        yield "found, after the range", parts.lines(claim=["found", to])
        return
    found = int(answer[0])
    for wrong in (found - 1, found + 1):
        yield "another x", parts.lines(claim=["found", wrong])
    yield "none", parts.lines(claim=["none"])
    yield "none up to there", parts.lines(claim=["none"], range=[begin, found + 1])
    yield "from after it", parts.lines(range=[found + 1, to])
    yield "to before it", parts.lines(range=[begin, found])
    if parts.windows:
        second = next(x for x in range(found + 1, found + 10**6) if search.firewall.is_safe(x))
        window, _ = search.window(search.begin, second + 1)
        window[3] = [x for x in window[3] if x != second]
        yield "the second x", parts.lines(claim=["found", second], windows=[window])


def mutate_search(lines, parts, draw):
    search = Search(lines, parts)
    yield from mutate_dropped(search, draw)
    yield from mutate_windows(search, draw)
    yield from mutate_part(parts)
    yield from mutate_claim(search)


def vary_search(lines, parts):
    """Others that are true as well."""
    search = Search(lines, parts)
    yield "made by others", parts.lines(made=["focus", "neon"])
    if len(parts.windows) > 1:
        window, left = search.window(search.begin, int(parts.windows[-1][0]))
        yield "one window", parts.lines(windows=[window])
        middle = left[len(left) // 2] + 1
        yield "two windows", parts.lines(
            windows=[search.window(search.begin, middle)[0], search.window(middle, int(window[0]))[0]])


def mutate_tree(lines, parts, draw):
    """Leaves of other classes are false: no more than one of these lines' classes contains a node, or it is left
    alone."""
    nodes = parts.nodes
    firewall = check.Residues(lines)
    leaves = [i for i, node in enumerate(nodes) if node.startswith("leaf")]
    for i in draw.sample(leaves, min(EACH, len(leaves))):
        modulus, residue = (int(word) for word in nodes[i].split(" ")[1:])

        def changed(*new, at=i):
            return parts.lines(nodes=nodes[:at] + list(new) + nodes[at + 1:])

        unknown = next(other for other in range(2, 10**6) if other not in firewall.forbidden)
        yield "leaf of no class", changed(f"leaf {unknown} {unknown - 1}")
        yield "leaf of no residue", changed(f"leaf {modulus} {modulus}")
        yield "leaf of one number", changed(f"leaf {modulus}")
        yield "leaf of three numbers", changed(f"leaf {modulus} {residue} 0")
        yield "leaf of modulus 0", changed("leaf 0 0")
        yield "leaf dropped", changed()
        yield "leaf doubled", changed(nodes[i], nodes[i])
        yield "leaf becomes a split", changed("split 2")
        yield "a leaf in each child of a composite split", changed("split 4", *[nodes[i]] * 4)
        if modulus > 1:
            yield "leaf of another residue", changed(f"leaf {modulus} {(residue + 1) % modulus}")
    yield "a leaf after the tree", parts.lines(nodes=nodes + nodes[-1:])
    yield "no tree", parts.lines(nodes=[])
    if 1 not in firewall.forbidden:
        yield "all in one class that nothing forbids", parts.lines(nodes=["leaf 1 0"])
        yield "all in classes that nothing forbids", parts.lines(
            nodes=["split 31", *(f"leaf 31 {residue}" for residue in range(31))])
    yield "a window", parts.lines() + ["window 5 0 0000000000000000"]
    if parts.rows["claim"] == ["never"]:
        yield "never in a range", parts.lines(range=[0, 2**127])
    else:
        yield "never", parts.lines(claim=["never"], range=None)
        yield "none from 3 on", parts.lines(range=[3, 2**127])
        yield "made", parts.lines(made=["scan", "scalar"])
        yield "found", parts.lines(claim=["found", 7])
    yield from mutate_part(parts)


def vary_tree(parts):
    nodes = parts.nodes
    leaf = next(i for i, node in enumerate(nodes) if node.startswith("leaf"))
    for prime in (2, 3, 7):
        yield f"a leaf in {prime} parts", parts.lines(
            nodes=nodes[:leaf] + [f"split {prime}"] + [nodes[leaf]] * prime + nodes[leaf + 1:])


def run(test, draw, mutate):
    """`mutate` is the function for counts by components of layers."""
    for where, text, command in SEARCHES:
        lines, made = test.make(text, [], command)
        parts = Parts(made)
        test.run(where, mutate_search(lines, parts, draw), vary_search(lines, parts), lines)
    test.damage(where, lines, made, draw)
    for where, text in TREES:
        lines, made = test.make(text, [])
        parts = Parts(made)
        test.run(where, mutate_tree(lines, parts, draw), vary_tree(parts), lines)
    for where, text in COUNTS:
        lines, made = test.make(text, [], "count")
        parts = mutate.Counted(lines, made)
        test.run(where, mutate.mutate_components(parts, draw), mutate.vary_components(parts), lines)
    assert isinstance(lines, residues.Lines)
