"""One guarded HTTP connection: address, rate limit, errors."""
