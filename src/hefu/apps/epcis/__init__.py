"""Supply chain events (供应链事件): the EPCIS repository and the warehouse."""
