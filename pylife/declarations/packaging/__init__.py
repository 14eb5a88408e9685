"""What packaging tools, environments and locks say."""
