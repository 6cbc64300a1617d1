/**
 * What people write in their own words, by the names of its fields. Nothing else is ever shown again: no password, no
 * code, no link from a mail.
 */
const own = new Set([
  "accountName",
  "adapterUrl",
  "administratorEmail",
  "administratorName",
  "allowedAddresses",
  "baseUrl",
  "defaultLocation",
  "description",
  "email",
  "fullName",
  "headerName",
  "label",
  "login",
  "message",
  "mobilePhone",
  "name",
  "newEmail",
  "phone",
  "reason",
  "surname",
  "url",
  "username",
  "webhookUrl",
]);

/** The texts that somebody typed into a form, in its order, each with what it is called in plain words. */
export async function typedIn(body: Buffer, type = ""): Promise<[string, string][]> {
  if (body.length === 0) return [];
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  return [...form].flatMap(([name, value]): [string, string][] =>
    own.has(name) && typeof value === "string" && value.trim() ? [[inWords(name), value]] : [],
  );
}

/** `mobilePhone` is "Mobile phone". */
function inWords(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/\burl\b/, "URL");
}
