"""`aicmp equilibrium`: known results on screen and in CSV, and one line for what cannot be."""

import csv
import pathlib
import tempfile
import unittest

from program import ProgramTest


class EquilibriumTest(ProgramTest):
    def test_help_fits_80_columns_and_shows_an_example(self):
        for command in [[], ["eta"], ["pools"], ["withholding"]]:
            text = self.succeeds("equilibrium", *command, "--help")
            self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
            self.assertIn("  aicmp equilibrium ", text)

    def test_participation_falls_at_eta_c(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "curve.csv"
            text = self.succeeds(
                "equilibrium",
                "eta",
                "--miners",
                "20",
                "--fee",
                "0.005",
                "--outside-fee",
                "0.015",
                "--etas",
                "0.98:1:0.005",
                "--csv",
                str(file),
            )
            with file.open() as lines:
                rows = {float(row["eta"]): row for row in csv.DictReader(lines)}
        self.assertIn("eta_c = 0.989421", text)
        self.assertEqual(sorted(rows), [0.98, 0.985, 0.99, 0.995, 1.0])
        for eta, row in rows.items():
            self.assertEqual(row["outcome"], "all stay" if eta > 0.9894 else "cycle")
            self.assertEqual(float(row["in_pool_mean"]) == 1.0, eta > 0.9894)

    def test_pools_show_equilibria_and_the_chase(self):
        calm = self.succeeds("equilibrium", "pools", "--eta", "0.99", "--risk", "0.3")
        self.assertIn("0.992134", calm)
        self.assertIn("small in eta, medium in eta, large in pplns\n", calm)
        self.assertIn("there it rests", calm)
        chase = self.succeeds("equilibrium", "pools", "--eta", "0.99", "--risk", "1")
        self.assertIn("No equilibrium", chase)
        self.assertIn("chase without end", chase)

    def test_withholding(self):
        one = self.succeeds("equilibrium", "withholding", "--attacker", "0.2", "--victim", "0.3")
        for number in ["0.0361395", "0.203468", "0.196115", "1.12"]:
            self.assertIn(number, one)
        two = self.succeeds("equilibrium", "withholding", "--pools", "0.2,0.1")
        for number in ["0.011637", "0.010281", "0.966238", "0.910660"]:
            self.assertIn(number, two)
        pps = self.succeeds("equilibrium", "withholding", "--attacker", "0.2", "--pps-fee", "0.02")
        self.assertIn("0.245000", pps)

    def test_what_cannot_be_is_one_line_and_exit_code_2(self):
        for command, word in [
            (["eta", "--etas", "1:0:0.1"], "--etas"),
            (["eta", "--etas", "0:1:1e-9"], "--etas"),
            (["eta", "--etas", "0.5,nan"], "--etas"),
            (["eta", "--etas", "1.1"], "--etas"),
            (["eta", "--fee", "nan"], "--fee"),
            (["eta", "--fee", "1"], "--fee"),
            (["eta", "--miners", "1"], "--miners"),
            (["eta", "--sizes", "1"], "--sizes"),
            (["eta", "--sizes", "1,nan"], "--sizes"),
            (["eta", "--sizes", "1,2", "--miners", "3"], "--miners"),
            (["pools", "--type", "a:1"], "--type"),
            (["pools", "--type", "a:1.5:0.1"], "--type"),
            (["pools", "--type", "a:1:inf"], "--type"),
            (["pools", "--type", "a:1:0.99"], "exceed the network"),
            (["pools", "--risk", "-1"], "--risk"),
            (["pools", "--eta", "nan"], "--eta"),
            (["withholding", "--attacker", "0.8"], "--victim"),
            (["withholding", "--attacker", "0"], "--attacker"),
            (["withholding", "--pps-fee", "nan"], "--pps-fee"),
            (["withholding", "--pools", "0.2"], "--pools"),
            (["withholding", "--pools", "0.7,0.6"], "--pools"),
            (["withholding", "--pools", "0.2,0.1", "--victim", "0.1"], "--pools"),
        ]:
            with self.subTest(command=command):
                self.assertIn(word, self.fails(2, "equilibrium", *command))


if __name__ == "__main__":
    unittest.main()
