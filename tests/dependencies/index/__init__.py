"""Indexes: settings, pages, clients, support."""
