"""aicmp policy, on bundles that were written by the format's documentation."""

import unittest

from bundle import write_bundle
from program import ProgramTest


class PolicyTest(ProgramTest):
    def verify(self, code: int, *words: object) -> str:
        done = self.aicmp("policy", "verify", *words)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def test_a_bundle_that_keeps_to_the_format_is_sound(self):
        bundle = write_bundle(self.folder / "b")
        self.assertEqual(
            self.verify(0, bundle),
            "sound: AICMP/ShareDifficulty-v0, 4 files, 1 recorded rows within 1e-05, not signed\n",
        )

    def test_show_prints_the_model_card(self):
        card = self.succeeds("policy", "show", write_bundle(self.folder / "b"))
        self.assertIn("# A policy for AICMP/ShareDifficulty-v0", card)
        self.assertIn("| rate | log(shares/s / .3) | [-12, 12] |", card)

    def test_a_changed_file_is_named(self):
        bundle = write_bundle(self.folder / "b")
        (bundle / "README.md").write_text("Another policy.\n")
        self.assertEqual(
            self.verify(1, "b"),
            "REFUSED: b/README.md: its SHA-256 is not that of the manifest: damaged or changed\n",
        )

    def test_a_policy_for_another_problem_does_not_fit(self):
        write_bundle(self.folder / "b", problem="AICMP/Curtailment-v0")
        self.assertIn("REFUSED: b: features", self.verify(1, "b"))
        write_bundle(self.folder / "c", problem="AICMP/Nothing-v0")
        self.assertIn("REFUSED: ", self.verify(1, "c"))

    def test_a_required_signature_is_missed(self):
        write_bundle(self.folder / "b")
        self.write("key.pem", "no key")
        self.assertEqual(
            self.verify(1, "b", "--key", "key.pem"),
            "REFUSED: b/manifest.sig: missing: the bundle is not signed\n",
        )

    def test_no_folder_is_an_error(self):
        self.assertIn("nowhere: cannot be read", self.fails(1, "policy", "verify", "nowhere"))


if __name__ == "__main__":
    unittest.main()
