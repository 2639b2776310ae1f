import { encode } from "next-auth/jwt";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const secret = "a secret of the tests, long enough";
const minute = 60_000;

async function modules(variables: Record<string, string> = {}) {
  vi.resetModules();
  const all = {
    AWS_REGION: "eu-west-1",
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: secret,
    ...variables,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  return {
    ...(await import("@/lib/auth/session-token")),
    ...(await import("@/lib/auth/refusal")),
  };
}

type Modules = Awaited<ReturnType<typeof modules>>;

const person = { sub: "https://idp.example#ann", name: "ann", role: "admin" } as const;

/** The token of a new session. */
const tokenOf = ({ newSessionId, nowInSeconds }: Modules) => ({
  ...person,
  signed_in_at: nowInSeconds(),
  session_id: newSessionId(),
});

/** A new session's cookie, as next-auth writes it at sign-in: it passes 30 days as the age. */
const signIn = (lib: Modules) =>
  lib.encodeSession({ token: tokenOf(lib), secret, maxAge: 2_592_000 });

/** What next-auth's session route does with the cookie of somebody who is active. */
async function renew({ encodeSession, decodeSession }: Modules, cookie: string): Promise<string> {
  const token = await decodeSession({ token: cookie, secret });
  if (!token) throw new Error("There was nothing to renew.");
  return encodeSession({ token, secret });
}

const jar = (value: string, name = "next-auth.session-token") => ({
  getAll: () => [{ name, value }],
});

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-22T08:00:00Z"), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const wait = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe("a session", () => {
  it("ends 30 minutes after it was last renewed, to the second", async () => {
    const lib = await modules();
    const cookie = await signIn(lib);
    wait(30 * minute - 1000);
    expect(await lib.readSession(jar(cookie))).toMatchObject({
      name: "ann",
      role: "admin",
      subject: person.sub,
    });
    wait(1000);
    expect(await lib.readSession(jar(cookie))).toBeNull();
  });

  it("ends 8 hours after sign-in, whatever the activity", async () => {
    const lib = await modules();
    let cookie = await signIn(lib);
    for (let passed = 0; passed < 7 * 60 + 50; passed += 10) {
      wait(10 * minute);
      cookie = await renew(lib, cookie);
    }
    wait(10 * minute - 1000);
    expect(await lib.readSession(jar(cookie))).not.toBeNull();
    cookie = await renew(lib, cookie);
    wait(1000);
    expect(await lib.readSession(jar(cookie))).toBeNull();
    await expect(renew(lib, cookie)).rejects.toThrow("nothing to renew");
  });

  it("can be configured shorter, which also shortens running sessions", async () => {
    const cookie = await signIn(await modules());
    const lib = await modules({ SESSION_MAX_SECONDS: "600" });
    wait(10 * minute);
    expect(await lib.readSession(jar(cookie))).toBeNull();
  });

  it("ends everywhere with another NEXTAUTH_SECRET", async () => {
    const cookie = await signIn(await modules());
    const lib = await modules({ NEXTAUTH_SECRET: "another secret of the tests, long enough" });
    expect(await lib.readSession(jar(cookie))).toBeNull();
  });

  it("has one ID in all of its cookies, and another after each sign-in", async () => {
    const lib = await modules();
    const idOf = async (cookie: string) => (await lib.readSession(jar(cookie)))?.id;
    const cookie = await signIn(lib);
    const id = await idOf(cookie);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    wait(10 * minute);
    expect(await idOf(await renew(lib, cookie))).toBe(id);
    expect(await idOf(await signIn(lib))).not.toBe(id);
  });

  it.each([
    ["another address", { NEXTAUTH_URL: "http://localhost:3001" }],
    ["another scheme", { NEXTAUTH_URL: "https://localhost:3000" }],
    ["another environment", { ENV_NAME: "dev" }],
  ])("opens nothing at a console with the same secret and %s", async (_, variables) => {
    const cookie = await signIn(await modules({ ENV_NAME: "prod" }));
    const lib = await modules({ ENV_NAME: "prod", ...variables });
    const name = lib.sessionCookies().sessionToken?.name;
    expect(await lib.readSession(jar(cookie, name))).toBeNull();
    await expect(renew(lib, cookie)).rejects.toThrow("nothing to renew");
  });

  it("is the same at every path of the console's address", async () => {
    const cookie = await signIn(await modules());
    const lib = await modules({ NEXTAUTH_URL: "http://localhost:3000/api/auth" });
    expect(await lib.readSession(jar(cookie))).toMatchObject({ name: "ann" });
  });

  it("of a version that did not bind sessions is rejected", async () => {
    const lib = await modules();
    const unbound = await encode({ token: tokenOf(lib), secret });
    expect(await lib.readSession(jar(unbound))).toBeNull();
  });

  it("is rejected when a character of the cookie, its name or its kind differs", async () => {
    const lib = await modules();
    const cookie = await signIn(lib);
    const other = cookie.at(-9) === "A" ? "B" : "A";
    const tampered = `${cookie.slice(0, -9)}${other}${cookie.slice(-8)}`;
    expect(await lib.readSession(jar(tampered))).toBeNull();
    expect(await lib.readSession(jar(cookie, "__Secure-next-auth.session-token"))).toBeNull();
    expect(
      await lib.readSession(jar(await lib.sealSignInRefusal({ name: "x", found: [] }))),
    ).toBeNull();
    const token = tokenOf(lib);
    const salted = await encode({ token, secret, salt: "next-auth.state" });
    expect(await lib.readSession(jar(salted))).toBeNull();
    const withoutRole = await lib.encodeSession({ token: { ...token, role: undefined }, secret });
    expect(await lib.readSession(jar(withoutRole))).toBeNull();
    const withoutId = await lib.encodeSession({ token: { ...token, session_id: "" }, secret });
    expect(await lib.readSession(jar(withoutId))).toBeNull();
    const identity = { address: "http://localhost:3000", environment: "prod" };
    const withoutStart = await encode({ token: { ...person, ...identity }, secret });
    expect(await lib.readSession(jar(withoutStart))).toBeNull();
  });
});

describe("the cookies", () => {
  it("are bound to the host under https", async () => {
    const { sessionCookies } = await modules({ NEXTAUTH_URL: "https://switchboard.example.com" });
    const cookies = Object.values(sessionCookies());
    expect(cookies).toHaveLength(6);
    for (const { name, options } of cookies) {
      expect(name).toMatch(/^__Host-/);
      expect(options).toMatchObject({ httpOnly: true, secure: true, path: "/", sameSite: "lax" });
      expect(options).not.toHaveProperty("domain");
    }
  });

  it("carry no prefix on http, which only loopback may be", async () => {
    const { sessionCookies } = await modules();
    expect(sessionCookies().sessionToken).toMatchObject({
      name: "next-auth.session-token",
      options: { httpOnly: true, secure: false },
    });
  });
});

describe("a refusal in an address", () => {
  it("is valid for ten minutes and can't be forged", async () => {
    const lib = await modules();
    const refusal = { name: "mallory", found: ["other-team"] };
    const sealed = await lib.sealSignInRefusal(refusal);
    expect(await lib.unsealSignInRefusal(sealed)).toEqual(refusal);
    expect(await lib.unsealSignInRefusal("made-up")).toBeNull();
    expect(await lib.unsealSignInRefusal(await signIn(lib))).toBeNull();
    const elsewhere = await modules({ ENV_NAME: "dev" });
    expect(await elsewhere.unsealSignInRefusal(sealed)).toBeNull();
    wait(11 * minute);
    expect(await lib.unsealSignInRefusal(sealed)).toBeNull();
  });
});
