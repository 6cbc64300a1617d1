import { env } from "#lib/env.ts";
import type { ApiRoute } from "../../route.ts";
import { listOfNames } from "../body.ts";
import { AimsRefusal } from "../errors.ts";
import { rowOf } from "./row.ts";

const residencies = new Set(["default", "us", "emea"]);
const isService = (name: string) => /^[a-z0-9][a-z0-9_.:-]{0,99}$/i.test(name);

/** Host and port; clients put `https://` before it themselves. */
const here = () => new URL(env().APP_URL).host;

/** Where clients find a service (X4): whichever they ask for, here. */
export const endpointRows: ApiRoute[] = [
  rowOf(
    "GET /endpoints/v1/{account_id}/residency/{residency}/services/{service}/endpoint",
    async ({ path: { residency = "", service = "" } }) => {
      if (!residencies.has(residency) || !isService(service)) throw new AimsRefusal(404);
      return { [service]: here() };
    },
    200,
    { isOpen: true },
  ),
  rowOf(
    "POST /endpoints/v1/{account_id}/residency/{residency}/endpoints",
    async ({ path: { residency = "" }, read }) => {
      if (!residencies.has(residency)) throw new AimsRefusal(404);
      return Object.fromEntries((await read(listOfNames)).filter(isService).map((service) => [service, here()]));
    },
    200,
    { isOpen: true },
  ),
];
