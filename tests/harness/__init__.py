"""What the tests that talk HTTP to the real binary share. Nothing in here knows how the server works inside."""
