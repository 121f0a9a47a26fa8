"""Orders (订单): the brand's own mall, imported orders, stock, payments and the money of returns."""
