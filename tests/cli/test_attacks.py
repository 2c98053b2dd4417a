"""The shipped scenarios of attacks, with and without their defences."""

import json
import unittest

from program import ROOT, ProgramTest


class AttacksTest(ProgramTest):
    def world(self, name: str, *overrides: str) -> dict:
        words = [word for override in overrides for word in ("--set", override)]
        self.succeeds(
            "run",
            ROOT / "scenarios" / f"{name}.toml",
            "--out",
            "out",
            "--force",
            "--replications",
            1,
            "--quiet",
            *words,
        )
        return json.loads((self.folder / "out/summary.json").read_text())["world"]

    def test_defences_of_shipped_scenarios_help(self):
        for name, short, measure, defence in [
            (
                "share_flood",
                "attack.flood.hours=0.1",
                "flood_miners_lost_fraction",
                "pool.front_end.bucket_per_s=1",
            ),
            ("selfish_mining", "run.days=50", "selfish_gain", "network.tie_break=random"),
            (
                "connection_flood",
                "run.days=0.5",
                "connections_miners_lost_fraction",
                "pool.connections.handshake_timeout_s=10",
            ),
            ("credential_theft", "run.days=95", "hijack_taken_btc", "pool.encrypted=true"),
        ]:
            with self.subTest(scenario=name):
                open_to_it = self.world(name, short)[measure]["mean"]
                defended = self.world(name, short, defence)[measure]["mean"]
                self.assertLess(defended, 0.2 * open_to_it)

    def test_withholders_are_found(self):
        world = self.world("withholding")
        self.assertGreater(world["detection_withholders_found_fraction"]["mean"], 0.8)


if __name__ == "__main__":
    unittest.main()
