"""The steps of the main job, joined: read, run, propose, publish. No step prints or exits."""
