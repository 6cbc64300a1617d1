/** One person as a line of a file says: our own fields, of which those that it leaves empty are missing. */
export type RowValues = Record<string, string>;

/**
 * What each field may be called, without regard to case, spaces and punctuation; of several that a file has, the first
 * that is filled in counts. Besides our own names these are the headings of exports and templates of Entra ID and
 * Active Directory, Google Workspace, Okta, OneLogin, JumpCloud, Keycloak, Auth0, Clerk, Slack, Outlook and SCIM.
 */
const headings = {
  fullName: ["fullname", "displayname", "name", "cn"],
  givenName: ["givenname", "firstname", "namegivenname"],
  familyName: ["familyname", "lastname", "surname", "sn", "namefamilyname"],
  email: [
    ...["email", "emailaddress", "mail", "primaryemail", "primaryemailaddress", "emailsvalue", "workemail"],
    ...["userprincipalname", "login"],
  ],
  username: ["username", "login", "samaccountname"],
  phone: ["phone", "phonenumber", "telephone", "telephonenumber", "primaryphone", "primaryphonenumber", "workphone"],
  mobilePhone: ["mobilephone", "mobile", "mobilenumber", "mobilephonenumber", "cellphone"],
  roles: ["roles", "role"],
  groups: ["groups", "group"],
  notificationsOnly: ["notificationsonly"],
};

const notIn =
  /^(inactive|not active|locked|suspended|staged|deactivated|deprovisioned|disabled|blocked|banned|archived|deleted)\b/i;

// A spreadsheet writes truth values in the language of its country.
const no = /^(false|no|n|0|off|inactive|falsch|faux|falso|onwaar|fałsz)$/i;
const yes = /^(true|yes|y|1|on|wahr|vrai|verdadero|verdadeiro|vero|waar|prawda)$/i;

/**
 * How directories say that somebody is not to come in: by the heading of a column, what its cells then hold. Entra ID
 * has `accountEnabled` and “Block credential”, SCIM (RFC 7643, 4.1.1) `active`, Auth0 `blocked`, Clerk `banned`,
 * Keycloak `enabled`, Google `suspended`, JumpCloud all three of `suspended`, `state` (STAGED, ACTIVATED, SUSPENDED)
 * and `activated`.
 */
const inactiveWhere = new Map([
  ...["status", "userstatus", "accountstatus", "state", "userstate"].map((name) => [name, notIn] as const),
  ...["accountenabled", "enabled", "active", "isactive", "activated"].map((name) => [name, no] as const),
  ...["blockcredential", "blocked", "banned", "suspended", "disabled", "deactivated"].map(
    (name) => [name, yes] as const,
  ),
]);

type Field = keyof typeof headings;

const fields = Object.keys(headings) as Field[];

/** What our own export says of somebody and no import takes: it is no news to who has that file. */
const ownColumns = new Set(["id", "accountid", "mfa", "invitedat", "lastsigninat", "createdat"]);

/** A name for a column without what people and programs put around it: `Email Address [Required]`, `user.firstName`. */
const plainHeading = (heading: string): string =>
  heading
    .replace(/[[(].*$/, "")
    .toLowerCase()
    .replace(/^(user|profile)\.|^urn:.*:/, "")
    .replace(/[^\p{Letter}\p{Number}]/gu, "");

/** The columns of a file, by what they are for; `unknown` are those that mean nothing here. */
export type Columns = { places: Map<Field, number[]>; inactive: Map<number, RegExp>; unknown: string[] };

/** Finds the columns of a line of headings. */
export function columnsOf(line: string[]): Columns {
  const names = line.map(plainHeading);
  const placesOf = (field: Field) =>
    headings[field].flatMap((name) => names.flatMap((found, at) => (found === name ? [at] : [])));
  const places = new Map(fields.map((field) => [field, placesOf(field)]));
  const inactive = new Map<number, RegExp>();
  for (const [at, name] of names.entries()) {
    const words = inactiveWhere.get(name);
    if (words) inactive.set(at, words);
  }
  const used = new Set([...places.values(), ...inactive.keys()].flat());
  const isUnknown = (at: number) => !used.has(at) && !ownColumns.has(names[at] ?? "");
  const unknown = line.map((heading) => heading.trim()).filter((name, at) => name && isUnknown(at));
  return { places, inactive, unknown };
}

/** What a file must have and has not; null where it has everything. */
export function missingColumns({ places }: Columns): string | null {
  const has = (field: Field) => Boolean(places.get(field)?.length);
  const name = !has("fullName") && !(has("givenName") && has("familyName")) ? nameMissing(has) : "";
  const email = has("email") ? "" : "an e-mail address (email)";
  return [name, email].filter(Boolean).join(" and ") || null;
}

function nameMissing(has: (field: Field) => boolean): string {
  if (has("givenName")) return "the family name (lastName)";
  if (has("familyName")) return "the given name (firstName)";
  return "a name (fullName, or firstName and lastName)";
}

/** The values of one line; `status` is there only where the file says that somebody is not active. */
export function valuesOf({ places, inactive }: Columns, cells: string[]): RowValues {
  const value = (field: Field) => (places.get(field) ?? []).map((at) => withoutGuard(cells[at])).find(Boolean) ?? "";
  const fullName = value("fullName") || [value("givenName"), value("familyName")].filter(Boolean).join(" ");
  const isInactive = [...inactive].some(([at, words]) => words.test((cells[at] ?? "").trim()));
  const values = { ...Object.fromEntries(ownFields.map((field) => [field, value(field)])), fullName };
  const filled = Object.entries(values).filter(([, text]) => text !== "");
  return { ...Object.fromEntries(filled), ...(isInactive && { status: "inactive" }) };
}

const ownFields = fields.filter((field) => field !== "givenName" && field !== "familyName");

/** A spreadsheet's guard against formulas, as our own export writes it, is no part of the value. */
const withoutGuard = (cell = "") => cell.trim().replace(/^'(?=[=+\-@])/, "");
