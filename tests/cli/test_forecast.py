"""aicmp forecast: folders of results, and bundles that are exported."""

import csv
import json
import unittest

from bundle import write_bundle
from program import ProgramTest


class ForecastTest(ProgramTest):
    def test_a_folder_holds_scores_and_the_forecasts_of_whoever_is_used(self):
        self.succeeds("forecast", "evaluate", "--simulated", "--out", "f")
        manifest = json.loads((self.folder / "f/manifest.json").read_text())
        self.assertEqual(manifest["status"], "complete")
        self.assertEqual(
            [entry["name"] for entry in manifest["outputs"]], ["forecast.json", "forecasts.csv"]
        )
        entries = json.loads((self.folder / "f/forecast.json").read_text())
        with (self.folder / "f/forecasts.csv").open() as file:
            rows = list(csv.DictReader(file))
        for entry in entries:
            own = [
                row
                for row in rows
                if (row["target"], row["horizon"]) == (entry["target"], entry["horizon"])
            ]
            count = entry["forecasters"][0]["count"]
            self.assertEqual(len(own), min(count, 120))
            self.assertEqual(int(own[-1]["number"]), count)
        for row in rows:
            quantiles = [float(row[name]) for name in ("q05", "q25", "q50", "q75", "q95")]
            self.assertEqual(quantiles, sorted(quantiles))

    def test_a_folder_in_use_is_not_replaced_without_force(self):
        self.succeeds("forecast", "evaluate", "--simulated", "--out", "f")
        done = self.aicmp("forecast", "evaluate", "--simulated", "--out", "f")
        self.assertEqual(done.returncode, 2)
        self.assertIn("the output folder is not empty", done.stderr)
        self.succeeds("forecast", "evaluate", "--simulated", "--out", "f", "--force")

    def test_what_cannot_be_written_is_refused_before_the_work(self):
        order = ("forecast", "evaluate", "--simulated", "--json", "scores.json")
        self.write("f", "A file where a folder should be.\n")
        self.assertIn("f: cannot be created", self.fails(1, *order, "--out", "f"))
        self.assertFalse((self.folder / "scores.json").exists())
        order = ("forecast", "evaluate", "--simulated", "--out", "new")
        self.assertIn("cannot be written", self.fails(1, *order, "--json", "none/scores.json"))
        self.assertFalse((self.folder / "new").exists())

    def test_no_bundle_is_trained_for_a_folder_that_holds_files(self):
        (self.folder / "b").mkdir()
        self.write("b/notes", "Mine.\n")
        order = ("forecast", "train", "--simulated", "--target", "price", "--out", "b")
        self.assertIn("the folder is not empty", self.fails(2, *order))

    def test_calibrate_refuses_before_it_fits(self):
        days = "time_utc,price_usd\n" + "".join(f"{86400 * d},{100 + d % 7}\n" for d in range(400))
        self.write("daily.csv", days)
        order = ("calibrate", "--daily", "daily.csv", "--out", "p.toml")
        self.assertIn("cannot be written", self.fails(1, *order, "--json", "none/fits.json"))
        self.assertFalse((self.folder / "p.toml").exists())

    def test_a_changed_bundle_is_not_exported(self):
        bundle = write_bundle(self.folder / "b", problem="price")
        (bundle / "README.md").write_text("Another.\n")
        self.assertIn("SHA-256", self.fails(2, "forecast", "export", "b"))
        self.assertFalse((bundle / "policy.onnx").exists())


if __name__ == "__main__":
    unittest.main()
