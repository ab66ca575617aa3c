"""The clients of the three APIs: the only package that imports httpx and pydantic."""
