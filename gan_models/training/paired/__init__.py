"""What learning pictures from label maps needs besides the generators."""
