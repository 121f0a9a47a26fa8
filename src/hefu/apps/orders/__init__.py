"""Orders (订单): the own mall, imported orders, stock, payments and the money of returns."""
