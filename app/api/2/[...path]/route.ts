import { apiAt } from "#lib/compat/apis.ts";
import { mount } from "#lib/http/next/mount.ts";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = mount(apiAt("/api/2"));
