"""What cmake/manual.py writes for troff: special characters are escaped.

manual_texts.py FOLDER: the folder of manual.py.
"""

import sys
import unittest

sys.path.insert(0, sys.argv.pop(1))
sys.dont_write_bytecode = True
import manual  # noqa: E402


class Texts(unittest.TestCase):
    def expect(self, write, cases):
        for text, written in cases:
            with self.subTest(text):
                self.assertEqual(write(text), written)

    def test_troff_sees_neither_escapes_nor_requests(self):
        cases = [
            ("plain words, 1.5", "plain words, 1.5"),
            (".SH is no title", "\\&.SH is no title"),
            ("'br ends no line", "\\(aqbr ends no line"),
            ("\\fB \\n", "\\efB \\en"),
            ('2^127 ~ "many"', "2\\(ha127 \\(ti \\(dqmany\\(dq"),
            ("closed-form", "closed\\-form"),
            ("", ""),
        ]
        self.expect(manual.text, cases)
        self.expect(manual.verbatim, cases)

    def test_options_and_quotations_are_bold(self):
        self.expect(
            manual.text,
            [
                ("--to 5", "\\fB\\-\\-to\\fR 5"),
                ("with --time-limit, --k|--seed", "with \\fB\\-\\-time\\-limit\\fR, \\fB\\-\\-k\\fR|\\fB\\-\\-seed\\fR"),
                ("a line `FILE: answer` each", "a line \\fBFILE: answer\\fR each"),
                ("a lone ` and --", "a lone \\(ga and \\-\\-"),
            ],
        )

    def test_cells_of_pictures_stay_together(self):
        self.expect(manual.text, [("where ( ) is", "where (\\ ) is"), ("( )", "(\\ )"), ("( x )", "( x )")])

    def test_paragraphs_and_tables_stay_apart(self):
        cases = [
            ("one\ntwo", "one\ntwo"),
            ("one\n\n\ntwo", "one\n.PP\ntwo"),
            ("one\n  a  b\n  c\ntwo", "one\n.PP\n.nf\n  a  b\n  c\n.fi\n.PP\ntwo"),
            ("one\n\n  a\n\ntwo", "one\n.PP\n.nf\n  a\n.fi\n.PP\ntwo"),
            ("  a", ".PP\n.nf\n  a\n.fi"),
            ("", ""),
        ]
        self.expect(lambda text: "\n".join(manual.paragraphs(text.split("\n"))), cases)

    def test_operands_are_italic_and_words_bold(self):
        self.expect(
            manual.operands,
            [
                ("FAMILY [OPTION]...", "\\fIFAMILY\\fR [\\fIOPTION\\fR]..."),
                ("[-o FILE] add", "[\\fB\\-o\\fR \\fIFILE\\fR] \\fBadd\\fR"),
            ],
        )

    def test_a_table_of_options_is_read_back(self):
        lines = ["  -e, --line=LINE      take LINE, as 'x', and", "                       so on", "      --k=K", "  -h, --help"]
        rows = [tuple(row.values()) for row in manual.Command.parse_options(lines)]
        self.assertEqual(
            rows, [("-e", "line", "LINE", "take LINE, as 'x', and so on"), (None, "k", "K", ""), ("-h", "help", None, "")]
        )


unittest.main()
