type Offered = { name: string; sentence: string; permissions: string[] };

/** What a portal offers unless `SCOPES_FILE` says otherwise. `pro` is the product beside which it stands. */
export const standard: Offered[] = [
  {
    name: "Authentication",
    sentence: "Manage environments, groups and users of the product, and read the users and groups of your account.",
    permissions: [
      ...["environment", "group", "user"].map((resource) => `pro:own:*:${resource}`),
      ...["user", "group"].flatMap((resource) => reading(resource)),
      "portal:own:get:profile",
    ],
  },
  {
    name: "PublishApp",
    sentence: "Publish, update, edit and delete applications.",
    permissions: ["pro:own:*:app"],
  },
  { name: "PublishAimms", sentence: "Publish AIMMS versions.", permissions: ["pro:own:*:aimms"] },
  { name: "Tasks", sentence: "Submit tasks, follow them and read their results.", permissions: ["pro:own:*:task"] },
  {
    name: "Session",
    sentence: "Read session information and logs, and terminate sessions of the product.",
    permissions: ["pro:own:*:session"],
  },
  {
    name: "APIKey",
    sentence: "Create, list and revoke your API tokens.",
    permissions: ["list", "get", "create", "update", "delete"].map((act) => `portal:own:${act}:token`),
  },
  {
    name: "Secret",
    sentence: "Read and write secrets that the product keeps, and read your service credentials where that is allowed.",
    permissions: [
      "pro:own:*:secret",
      ...["list", "get", "reveal", "test"].map((act) => `portal:own:${act}:service_credential`),
    ],
  },
  {
    name: "User",
    sentence: "Read and change your user record in the product, and read your profile.",
    permissions: ["pro:own:*:self", "portal:own:get:profile"],
  },
  { name: "Account", sentence: "Read and change the account in the product.", permissions: ["pro:own:*:account"] },
  { name: "profile:read", sentence: "Read your profile.", permissions: ["portal:own:get:profile"] },
  {
    name: "profile:write",
    sentence: "Read and change your profile and picture.",
    permissions: ["portal:own:get:profile", "portal:own:update:profile"],
  },
  {
    name: "tokens:rotate-self",
    sentence: "Give itself a new secret, and a new end as far away as its first one was.",
    permissions: ["portal:own:rotate:token"],
  },
  {
    name: "mail",
    sentence: "List mails that could not be delivered in your account and those it manages, and send them again.",
    permissions: administering(["list", "retry"], "mail_failure"),
  },
  {
    name: "accounts",
    sentence: "Read and change your account and those it manages, their policies and relationships.",
    permissions: administering(["list", "get", "create", "update"], "account"),
  },
  {
    name: "users",
    sentence: "List, read, invite, change, lock and delete users of your account and those it manages.",
    permissions: administering(["list", "get", "create", "update", "delete"], "user"),
  },
  {
    name: "roles",
    sentence: "List, read, make, change and delete roles, and grant and revoke them.",
    permissions: administering(["list", "get", "create", "update", "delete", "grant", "revoke"], "role"),
  },
  {
    name: "groups",
    sentence: "List, read, make, change and delete groups and their members.",
    permissions: administering(["list", "get", "create", "update", "delete"], "group"),
  },
  {
    name: "access-keys",
    // Not to make them: a key could do more than the token that made it.
    sentence: "List, read, label and delete access keys of users.",
    permissions: administering(["list", "get", "update", "delete"], "access_key"),
  },
  {
    name: "integrations",
    sentence: "List, read, add, change and remove the systems for which people keep secrets.",
    permissions: administering(["list", "get", "create", "update", "delete"], "integration"),
  },
  {
    name: "api-users",
    // Not to make them: a program's secret would outlive the token that made it.
    sentence: "List, read, change and delete API users, and change how they sign in.",
    permissions: administering(["list", "get", "update", "delete"], "api_user"),
  },
  {
    name: "gateways",
    sentence: "List, make and delete the gateways that may ask about tokens.",
    permissions: administering(["list", "create", "delete"], "gateway"),
  },
  {
    name: "audit",
    sentence: "Read and export the audit log of your account and those it manages.",
    permissions: administering(["list", "get"], "audit"),
  },
  {
    name: "read-only",
    sentence: "Read and list everything you can see, and change nothing.",
    permissions: ["*:own:get:*", "*:own:list:*", "*:managed:get:*", "*:managed:list:*"],
  },
  ...mendix(),
];

/** What a token for the Private Mendix Platform can be limited to, by the names it has there. */
function mendix(): Offered[] {
  const product = (name: string, sentence: string, resource: string, actions: string[]) => ({
    name,
    sentence,
    permissions: actions.map((action) => `pro:own:${action}:${resource}`),
  });
  return [
    product("mx_app_read", "Read the apps of the product.", "app", ["list", "get"]),
    product("mx_app_write", "Create, change and delete apps of the product.", "app", ["create", "update", "delete"]),
    product("mx_app_team_write", "Change who works on the apps of the product.", "app_team", ["update"]),
    product("mx_marketplace_read", "Read the marketplace of the product.", "marketplace", ["list", "get"]),
    product("mx_marketplace_write", "Change the marketplace of the product.", "marketplace", [
      "create",
      "update",
      "delete",
    ]),
    product("mx_marketplace_share", "Share content of the product's marketplace.", "marketplace", ["share"]),
    {
      name: "mx_user_read",
      sentence: "Read your profile, and the users of your account.",
      permissions: ["portal:own:get:profile", ...reading("user")],
    },
    {
      name: "mx_user_write",
      sentence:
        "Read, invite, change and delete users of your account. Through the Mendix API also change their e-mail addresses, and make them administrators or stop them from being one, as far as you may do that yourself.",
      permissions: [...reading("user"), ...writing("user")],
    },
    { name: "mx_group_read", sentence: "Read the groups of your account.", permissions: reading("group") },
    {
      name: "mx_group_write",
      sentence: "Make, change and delete groups of your account.",
      permissions: writing("group"),
    },
    {
      name: "mx_group_member_write",
      sentence: "Change the groups of your account and who is in them.",
      permissions: ["admin:own:update:group"],
    },
    product("mx_cicd_build", "Build apps of the product.", "app", ["build"]),
    product("mx_cicd_deploy", "Deploy apps of the product.", "app", ["deploy"]),
  ];
}

function reading(resource: string): string[] {
  return ["list", "get"].map((action) => `admin:own:${action}:${resource}`);
}

function writing(resource: string): string[] {
  return ["create", "update", "delete"].map((action) => `admin:own:${action}:${resource}`);
}

/** Named one by one, so that a token with the scope needs no step-up for them. */
function administering(actions: string[], resource: string): string[] {
  return ["own", "managed"].flatMap((scope) => actions.map((action) => `admin:${scope}:${action}:${resource}`));
}
