import { createRequire } from "node:module";

// Its bundles for Node are CommonJS, and both have to share one copy of the first.
const load = createRequire(import.meta.url);
const core: typeof import("@al/core") = load("@al/core");
const node: typeof import("@al/core/platform-node") = load("@al/core/platform-node");

const { AIMS, AIMSEnrollURI, AlAuthenticationUtility, AlBeforeNetworkRequest, AlLocation, ConfigOption } = core;

/** Where the client asks for AIMS, and for where its services are. */
const stacks = [AlLocation.GlobalAPI, AlLocation.InsightAPI];

/**
 * The published client `@al/core`, as it is, on its own platform for Node and with its own HTTP, pointed at this
 * origin. `asked` are the methods of its AIMS client that were called.
 */
export function openClient(origin: string) {
  const context = new node.AlNodeExecutionContext();
  for (const stack of stacks) context.locator.remapLocationToURI(stack, origin);
  const asked = new Set<string>();
  const aims = watched(context.client(AIMS), asked);
  return { context, session: context.session, aims, asked, signIn, signOut, throughProxy };

  /** Signs in as a form of its applications does; how it went, and what goes on from there. */
  async function signIn({ username, password }: { username: string; password: string }) {
    signOut();
    const authentication = new AlAuthenticationUtility(undefined, context);
    return { result: await authentication.authenticate(username, password), authentication };
  }

  function signOut() {
    context.session.deactivateSession();
  }

  /**
   * Has the client look its services up, as its applications do, while something happens; the host it finds stands
   * before `origin`.
   */
  async function throughProxy<T>(host: string, work: () => Promise<T>): Promise<T> {
    context.setOption(ConfigOption.DisableEndpointsResolution, false);
    const rerouting = context.on<InstanceType<typeof AlBeforeNetworkRequest>>(AlBeforeNetworkRequest, ({ request }) => {
      request.url = request.url?.replace(`https://${host}`, origin);
    });
    try {
      return await work();
    } finally {
      rerouting.cancel();
      context.setOption(ConfigOption.DisableEndpointsResolution, true);
    }
  }
}

/** What the methods of the client are called. */
export const methodsOfAims = Object.entries(Object.getOwnPropertyDescriptors(AIMS.prototype))
  .filter(([name, { value }]) => name !== "constructor" && typeof value === "function")
  .map(([name]) => name);

/** The address of an authenticator as the client writes it. */
export const enrolUri = (email: string, secret: string) => new AIMSEnrollURI(email, secret).toString();

const watched = <T extends object>(client: T, asked: Set<string>): T =>
  new Proxy(client, {
    get(target, name, receiver) {
      asked.add(String(name));
      return Reflect.get(target, name, receiver);
    },
  });
