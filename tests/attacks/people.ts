import { inject } from "vitest";

// The people of the browser tests are made in the database that is named here.
process.env.E2E_DATABASE_URL = inject("portal").databaseUrl;
