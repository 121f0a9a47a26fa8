"""Product models (商品), the lists they come from and what is said about them."""
