/** Who is signed in, for the frame around every page of the portal. */
export async function portalFrame() {
  return {
    user: { fullName: "Ada Okafor", username: "ada", email: "ada@example.com", pictureUrl: null },
    account: { name: "Northwind Planning", id: "10482913" },
  };
}

/** Ends the session. */
export async function signOut() {
  "use server";
}
