"""What indexes publish: their settings, their pages, and how a release stands on a target.

`settings.configured` says which indexes there are and how they are reached, `client.Client`
asks them for pages by uv's strategies, and `support.Support` says what of a page loads where.
`pool.Pool` joins the three for the projects of a fleet.
"""
