"""Signs printed forms, each signer in the field that building laid: PAdES, by pyHanko."""
