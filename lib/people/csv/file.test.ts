import { describe, expect, test } from "vitest";
import { maxRows, readCsv } from "./file.ts";

const read = (text: string) => {
  const file = readCsv(text);
  if ("trouble" in file) throw new Error(file.trouble);
  return file;
};

test("columns are known by what people call them, whatever parts them, and empty cells are left out", () => {
  const text =
    '\uFEFFFull name;E-Mail;Roles;Phone;Group\r\n"Okafor; Ada";ada@example.org; Member;;Desk\r\n\r\nBen Berg;ben@example.org;;+44 20 7946 0000\r\n';
  expect(readCsv(text)).toEqual({
    rows: [
      {
        line: 2,
        values: { fullName: "Okafor; Ada", email: "ada@example.org", roles: "Member", groups: "Desk" },
      },
      { line: 4, values: { fullName: "Ben Berg", email: "ben@example.org", phone: "+44 20 7946 0000" } },
    ],
    unknown: [],
  });
});

describe.each([
  ["a comma", ","],
  ["a semicolon", ";"],
  ["a tab", "\t"],
])("%s parts the columns, however few and however the file ends", (_, mark) => {
  test.each([
    [["fullName", "email"], "\r\n"],
    [["fullName", "email"], "\n\n\r\n"],
    [["fullName", "email", "phone"], "\r\n\r\n\r\n\r\n"],
    [["fullName", "email", "phone"], ""],
  ])("%j before %j", (headings, end) => {
    const cells = ["Ada", "ada@example.org", "+44 20 7946 0000"].slice(0, headings.length);
    const file = read(`\r\n${[headings, cells].map((line) => line.join(mark)).join("\r\n")}${end}`);
    expect(file.rows).toMatchObject([{ line: 3, values: { fullName: "Ada", email: "ada@example.org" } }]);
  });
});

describe.each([";", "\t", ","])("%j parts headings of several lines", (mark) => {
  test.each([
    ["", '"Full\nname"', '"E-mail"'],
    ["", '"Full\r\nname"', "Email"],
    [`\n${mark}${mark}\n""${mark}""\n`, '"Full\nname"', '"E-mail\n"'],
    ["", '"\nFull name"', '"E-mail"'],
    ["", '"Full\nname"', '"E\nmail"'],
  ])("%j before %j and %j", (start, ...headings) => {
    const { rows } = read(`${start}${headings.join(mark)}\nAda${mark}ada@example.org\n`);
    expect(rows.map(({ values }) => values)).toEqual([{ fullName: "Ada", email: "ada@example.org" }]);
  });
});

test("a quotation mark within a heading, and marks within quoted ones, part nothing", () => {
  expect(read('Name;Email;"a, b";5" disk\nAda;ada@example.org;x;y').rows).toHaveLength(1);
});

test("a column that means nothing is named and left out", () => {
  expect(readCsv("name,email,shoe size\nAda,ada@example.org,38")).toEqual({
    rows: [{ line: 2, values: { fullName: "Ada", email: "ada@example.org" } }],
    unknown: ["shoe size"],
  });
});

describe("lines are counted as an editor counts them", () => {
  test.each([
    ["blank lines", "name,email\n\n\nAda,a@example.org\n , \nBen,b@example.org\n", [4, 6]],
    ["a cell of several lines", 'name,email,x\nAda,a@example.org,"one\ntwo\r\nthree"\nBen,b@example.org,\n', [2, 5]],
    ["old line ends", "name,email\rAda,a@example.org\rBen,b@example.org", [2, 3]],
    ["a line for Excel", "sep=;\r\nname;email\r\nAda;a@example.org\r\nBen;b@example.org", [3, 4]],
  ])("with %s", (_, text, lines) => {
    expect(read(text).rows.map(({ line }) => line)).toEqual(lines);
  });

  test("where a quotation mark is missing", () => {
    expect(readCsv('name,email\n\nAda,a@example.org\n"Ben,b@example.org\n')).toEqual({
      trouble: "Line 4: a quotation mark is missing.",
    });
  });
});

/** Small files of the shapes that directories export, or have people fill in. */
const directories: [name: string, text: string, values: object][] = [
  [
    "Google Workspace",
    "First Name [Required],Last Name [Required],Email Address [Required],Org Unit Path [Required],Status [READ ONLY]," +
      "Recovery Email,Mobile Phone\nZoë,Müller,zoe@example.org,/,Active,other@example.com,+49 30 1234567",
    { fullName: "Zoë Müller", email: "zoe@example.org", mobilePhone: "+49 30 1234567" },
  ],
  [
    "Okta",
    "login,firstName,lastName,email,secondEmail,mobilePhone,status\nzoe@example.org,Zoë,Müller,zoe@example.org,,,ACTIVE",
    { fullName: "Zoë Müller", email: "zoe@example.org", username: "zoe@example.org" },
  ],
  [
    "Okta's reports",
    "user.login,user.firstName,user.lastName,user.email\nzm,Zoë,Müller,zoe@example.org",
    { fullName: "Zoë Müller", email: "zoe@example.org", username: "zm" },
  ],
  [
    "Entra ID, of somebody without a mailbox",
    "userPrincipalName,displayName,surname,mail,givenName,id,accountEnabled,telephoneNumber\n" +
      "zoe@example.org,Zoë Müller,Müller,,Zoë,1,True,",
    { fullName: "Zoë Müller", email: "zoe@example.org" },
  ],
  [
    "Active Directory",
    "DN,objectClass,cn,sn,givenName,sAMAccountName,mail,mobile\n" +
      '"CN=Zoë,DC=example",user,Zoë Müller,Müller,Zoë,zmueller,zoe@example.org,',
    { fullName: "Zoë Müller", email: "zoe@example.org", username: "zmueller" },
  ],
  [
    "SCIM",
    "userName,name.givenName,name.familyName,emails.value\nzm,Zoë,Müller,zoe@example.org",
    { fullName: "Zoë Müller", email: "zoe@example.org", username: "zm" },
  ],
  [
    "Clerk",
    "id,first_name,last_name,username,primary_email_address,primary_phone_number\nuser_1,Zoë,Müller,zm,zoe@example.org,",
    { fullName: "Zoë Müller", email: "zoe@example.org", username: "zm" },
  ],
];

test.each(directories)("a file of %s is understood", (_, text, values) => {
  expect(read(text).rows).toEqual([{ line: 2, values }]);
});

test.each([
  ["status", "SUSPENDED"],
  ["Status [READ ONLY]", "Suspended"],
  ["status", "locked"],
  ["accountEnabled", "False"],
  ["Block credential", "True"],
  ["active", "false"],
  ["urn:ietf:params:scim:schemas:core:2.0:User:active", "False"],
  ["blocked", "true"],
  ["banned", "TRUE"],
  ["state", "SUSPENDED"],
  ["state", "STAGED"],
  ["activated", "false"],
  ["active", "FALSCH"],
  ["suspended", "WAHR"],
  ["active", "Inactive"],
])("who is not to come in by %s is said to be inactive", (column, cell) => {
  const file = (said: string) => read(`name,email,${column}\nAda,ada@example.org,${said}`).rows[0]?.values.status;
  expect(file(cell)).toBe("inactive");
  expect(file("")).toBeUndefined();
  expect(file(opposite(cell))).toBeUndefined();
});

const opposites = { true: "false", false: "true", wahr: "falsch", falsch: "wahr" };
const opposite = (cell: string) => opposites[cell.toLowerCase() as keyof typeof opposites] ?? "Active";

test("a guard against formulas is no part of a value, and an apostrophe is", () => {
  const [row] = read("name,email,phone\n'Aloha Kai,a@example.org,'+44 20 7946 0000").rows;
  expect(row?.values).toEqual({ fullName: "'Aloha Kai", email: "a@example.org", phone: "+44 20 7946 0000" });
});

test.each([
  ["", /is empty/],
  ["Ada,ada@example.org", /first line must name the columns.*Found: “Ada”, “ada@example.org”/],
  ["firstName,email\nAda,ada@example.org", /Missing: the family name \(lastName\)\. Found: “firstName”, “email”/],
  ["Vorname,Nachname,Mail-Adresse\nA,B,c@d.de", /Missing: a name .* and an e-mail address \(email\)/],
  [`${Array.from({ length: 25 }, (_, n) => `c${n}`).join()}\n`, /“c19” and 5 more/],
  ["fullName,email\n", /nobody in this file/],
  [`fullName,email\n${"a,b\n".repeat(maxRows + 1)}`, /Split it: 5000 at most/],
])("%.20s… is refused with the reason", (text, reason) => {
  const file = readCsv(text);
  expect("trouble" in file && file.trouble).toMatch(reason);
});

test("headings cannot reach what every object has", () => {
  const file = read("fullName,email,__proto__,constructor\nAda,ada@example.org,x,y");
  expect(file.rows[0]?.values).toEqual({ fullName: "Ada", email: "ada@example.org" });
});
