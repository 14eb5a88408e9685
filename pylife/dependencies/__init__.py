"""Whether what projects require can be installed, on which Python, and what stands in the way.

`index` knows what is published, `resolve` asks uv and audits its answers, `reasons` finds who
blocks and which floors would do. Only `index` speaks HTTP.
"""
