"""What the operator does with a view: copy, export, choose columns, keep filters and pins."""
