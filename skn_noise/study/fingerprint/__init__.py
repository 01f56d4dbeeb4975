"""What tells one study from another: a digest of all that scores depend on."""
