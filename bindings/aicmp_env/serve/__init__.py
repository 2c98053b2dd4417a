"""A local web page on a run: the whole of it, and what each miner did, was paid and may set.

Needs the extra ``serve`` (``pip install "aicmp-env[serve]"``).
"""

from aicmp_env.serve.app import create_app

__all__ = ["create_app"]
