"""Reports of run folders: one self-contained HTML file, and pictures as PNG.

Needs the extra ``report`` (``pip install "aicmp-env[report]"``).
"""

from aicmp_env.report.folder import ReportError
from aicmp_env.report.write import write_report

__all__ = ["ReportError", "write_report"]
