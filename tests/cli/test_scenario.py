"""`aicmp scenario`, and every fault that a scenario file can have."""

import json
import unittest

from program import ROOT, SCENARIOS, TINY, ProgramTest


class ScenarioTest(ProgramTest):
    def test_shipped_scenarios_are_sound(self):
        self.assertTrue(SCENARIOS)
        out = self.succeeds("scenario", "check", *SCENARIOS)
        self.assertEqual(out, "".join(f"{path}: ok\n" for path in SCENARIOS))

    def test_show_gives_back_itself(self):
        for path in SCENARIOS:
            with self.subTest(scenario=path.name):
                shown = self.succeeds("scenario", "show", path)
                self.write("shown.toml", shown)
                self.assertEqual(self.succeeds("scenario", "show", "shown.toml"), shown)
                commented = self.succeeds("scenario", "show", path, "--comments")
                self.assertLessEqual(
                    max(len(line) for line in commented.splitlines() if line.startswith("#")), 100
                )
                self.write("commented.toml", commented)
                self.assertEqual(self.succeeds("scenario", "show", "commented.toml"), shown)

    def test_layers(self):
        self.write("base.toml", TINY)
        self.write("s.toml", 'extends = "base.toml"\nrun.days = 7\n')
        shown = self.succeeds("scenario", "show", "s.toml", "--set", "run.name=other")
        self.assertIn('name = "other"', shown)
        self.assertIn("days = 7.0", shown)
        self.assertIn('kind = "pplns"', shown)

    def test_generated_pages_are_up_to_date(self):
        for command, page in [
            (("scenario", "schema"), "scenario.schema.json"),
            (("scenario", "reference"), "scenario_reference.md"),
            (("env", "reference"), "environments.md"),
        ]:
            with self.subTest(page=page):
                self.assertEqual(
                    (ROOT / "docs" / page).read_text(),
                    self.succeeds(*command),
                    f"run: aicmp {' '.join(command)} > docs/{page}",
                )

    def test_environments_are_listed_and_shown(self):
        listed = self.succeeds("env", "list")
        self.assertIn("AICMP/Curtailment-v0", listed)
        shown = self.succeeds("env", "show", "AICMP/Curtailment-v0", "--set", "actions=fraction")
        self.assertIn("62.8705", shown)
        self.assertIn("| `running` |", shown)
        self.fails(2, "env", "show", "AICMP/Nothing-v0")

    def test_schema_is_json_with_every_default_allowed(self):
        schema = json.loads(self.succeeds("scenario", "schema"))
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")

        def visit(node: dict, path: str) -> None:
            for name, child in node.get("properties", {}).items():
                visit(child, f"{path}.{name}")
            if "items" in node:
                visit(node["items"], path + "[]")
            default = node.get("default")
            if "enum" in node:
                self.assertIn(default, node["enum"], path)
            if isinstance(default, (int, float)) and not isinstance(default, bool):
                self.assertGreaterEqual(default, node.get("minimum", default), path)
                self.assertLessEqual(default, node.get("maximum", default), path)
                self.assertNotEqual(default, node.get("exclusiveMinimum"), path)
                self.assertNotEqual(default, node.get("exclusiveMaximum"), path)

        visit(schema, "")

    def test_faults_name_file_line_key_and_what_is_allowed(self):
        line = TINY.count("\n") + 1
        group = "[[fleet.groups]]\nname = 'x'\n"
        for text, expected in [
            ("[run", "s.toml:{line}: "),
            ("[pool]\nreserve_btc = ", "s.toml:{next}: "),
            ("[pool]\nreserve_btc = nan\n", "s.toml:{next}: pool.reserve_btc: nan is not"),
            ("[pool]\nreserve_btc = inf\n", "s.toml:{next}: pool.reserve_btc: inf is not"),
            ("[pool]\nreserve_bct = 1\n", "did you mean 'pool.reserve_btc'?"),
            ("[pool]\nreserve_btc = '1'\n", "s.toml:{next}: pool.reserve_btc: a text is of"),
            (group + "mean_ths = -1\n", "].mean_ths: -1 is out of range (allowed: "),
            (group + "mean_ths = 1e18\n", "].mean_ths: 1e+18 is out of range (allowed: "),
            (group + "mean_machines = 1e30\n", "].mean_machines: 1e+30 is out of range"),
            (group + "count = 0\n", "].count: 0 is out of range (allowed: an integer in [1, "),
            (group + "count = 1000000000000000000000000000000\n", "s.toml:{third}: "),
            (group + "asic = 'Antminer S91'\n", "].asic: "),
            ("[market.price]\nmodel = 'replay'\n", "s.toml:{next}: market.price.file: "),
            (group + "region = 'europa'\n", "did you mean 'europe'? (allowed: "),
        ]:
            with self.subTest(text=text):
                self.write("s.toml", TINY + text)
                message = self.fails(2, "scenario", "check", "s.toml")
                self.assertRegex(message, r"^s\.toml:\d+: ")
                self.assertIn(expected.format(line=line, next=line + 1, third=line + 2), message)

    def test_faults_on_the_command_line(self):
        self.write("s.toml", TINY)
        for override, expected in [
            (
                "network.start_unix_s=1230000000",
                "network.start_unix_s: 1230000000 is out of range (allowed: ",
            ),
            ("network.hash_rate_ehs=-3", "network.hash_rate_ehs: -3 is out of range"),
            ("network.start_difficulty=nan", "is not a finite number"),
            ("fleet.groups=[]", "fleet.groups: at least one is needed"),
            ("run.days=forever", "'forever' is no value (allowed: a number in "),
            ("market.price.file=gone.csv", "there is no file "),
            ("pool.schemes=[{kind='pps'}, {kind='pps'}]", "two schemes are called 'pps"),
        ]:
            with self.subTest(override=override):
                message = self.fails(2, "scenario", "show", "s.toml", "--set", override)
                self.assertTrue(message.startswith(f"--set {override}: "), message)
                self.assertIn(expected, message)

    def test_faults_of_schemes(self):
        self.write("s.toml", TINY)
        for schemes, expected in [
            ("eta:1.2", "eta = '1.2' is not accepted (allowed: a number in [0, 1])"),
            ("eta:-0.1", "eta = '-0.1' is not accepted"),
            ("eta:nan", "eta = 'nan' is not accepted"),
            ("pplns:0", "window = '0' is not accepted (allowed: a number in (0, 10000])"),
            ("plpns", "unknown scheme 'plpns'; did you mean 'pplns'? (allowed: pps, "),
            (
                "eta:0.8:windw=3",
                "'windw' is not a parameter of eta (allowed: fee, fee_floor_btc, eta, ",
            ),
            ("pps:eta=0.5", "'eta' is not a parameter of pps (allowed: fee)"),
            ("weight:nan", "unknown name 'nan'"),
            ("weight:w/0", "'w/0' gives inf for w = "),
            ("weight:log(a)", "'log(a)' gives -"),
            ("pps,pps", "--schemes: pool.schemes[1].name: two schemes are called 'pps'"),
            ("pps", "there is one scheme, and nothing to compare it with"),
        ]:
            with self.subTest(schemes=schemes):
                message = self.fails(2, "compare", "s.toml", "--schemes", schemes, "--out", "out")
                self.assertIn(expected, message)
                self.assertFalse((self.folder / "out").exists())
        for text, expected in [
            (
                "kind = 'pplns'\neta = 0.5",
                ".eta: pplns does not read it (allowed: fee, fee_floor_btc, window, ",
            ),
            ("kind = 'weight'\nweight = 'w +'", ".weight: 'w +': column 4: something is missing"),
            ("kind = 'pplns'\nwindow = 0", ".window: 0 is out of range (allowed: a number in (0, "),
            ("kind = 'eta'\neta = nan", ".eta: nan is not a finite number"),
        ]:
            with self.subTest(text=text):
                schemes = TINY.split("[[pool.schemes]]")[0] + "[[pool.schemes]]\n" + text + "\n"
                self.write("t.toml", schemes)
                message = self.fails(2, "scenario", "check", "t.toml")
                self.assertRegex(message, rf"^t\.toml:{schemes.count(chr(10))}: pool\.schemes\[0\]")
                self.assertIn(expected, message)

    def test_faults_in_data_name_file_and_line(self):
        self.write("s.toml", TINY)
        blocks = [
            f"{height},{1748649690 + 600 * (height - 899136)},1"
            for height in range(899136, 899136 + 2100)
        ]

        def check(rows: list[str]) -> list[str]:
            self.write("blocks.csv", "\n".join(["height,time,pool_id", *rows]) + "\n")
            return ["scenario", "check", "s.toml", "--set", "network.replay.blocks_csv=blocks.csv"]

        self.succeeds(*check(blocks))
        backwards = blocks[7].replace(",1748653890,", ",1748650000,")  # real headers do that
        self.assertNotEqual(backwards, blocks[7])
        self.succeeds(*check([*blocks[:7], backwards, *blocks[8:]]))
        for rows, expected in [
            (blocks[:9] + blocks[10:], "blocks.csv:11: height: 899145 is missing"),
            (blocks[:9] + blocks[8:], "blocks.csv:11: height: 899144 is there twice"),
            ([*blocks[:9], "899145,soon,1"], "blocks.csv:11: time: 'soon' is not an integer"),
            ([*blocks[:9], "899145,1748"], "blocks.csv:11: row has 2 cells, the header 3"),
        ]:
            with self.subTest(expected=expected):
                self.assertIn(expected, self.fails(2, *check(rows)))

    def test_files_that_cannot_be_read(self):
        self.assertIn("No such file", self.fails(2, "scenario", "show", "gone.toml"))
        self.assertIn("is a folder", self.fails(2, "scenario", "show", "."))
        self.write("s.toml", 'extends = "s.toml"\n')
        self.assertIn("s.toml:1: extends: ", self.fails(2, "scenario", "show", "s.toml"))

    def test_check_goes_on_after_a_fault(self):
        self.write("good.toml", TINY)
        self.write("bad.toml", "[run]\ndays = -1\n")
        done = self.aicmp("scenario", "check", "bad.toml", "good.toml")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "good.toml: ok\n")
        self.assertIn("bad.toml:2: run.days: ", done.stderr)

    def test_full_disk(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            message = self.fails(1, "scenario", "schema", stdout=full)
        self.assertEqual(message, "standard output: cannot be written: No space left on device")


if __name__ == "__main__":
    unittest.main()
