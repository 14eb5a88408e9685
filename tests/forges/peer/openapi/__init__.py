"""The part of GitHub's own API description that the peer holds its messages against."""
