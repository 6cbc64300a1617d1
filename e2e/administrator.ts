/** Who exists when the end-to-end tests begin. */
export const administrator = { email: "ada@example.com", password: "Seven-Grey-Herons-41" };
