"""Questions as readers, their askers and the desk may see them."""
