import { mount } from "#lib/http/next/mount.ts";
import { rest } from "#lib/http/rest/rest.ts";

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = mount(rest());
