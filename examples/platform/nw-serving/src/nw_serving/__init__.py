"""The Northwind prediction service."""
