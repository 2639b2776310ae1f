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

/** As cookies were before sessions had an id. */
const person = { sub: "https://idp.example#ann", name: "ann", role: "admin" } as const;

/** A new session's cookie, as next-auth writes it at sign-in: it passes 30 days as the age. */
const signIn = ({ encodeSession, nowInSeconds }: Modules) =>
  encodeSession({ token: { ...person, signed_in_at: nowInSeconds() }, secret, maxAge: 2_592_000 });

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
    const withId = (session_id: string) =>
      lib.encodeSession({
        token: { ...person, signed_in_at: lib.nowInSeconds(), session_id },
        secret,
      });
    const ids = [lib.newSessionId(), lib.newSessionId()];
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[0]).not.toBe(ids[1]);
    const cookie = await withId(ids[0] ?? "");
    const former = await signIn(lib);
    wait(10 * minute);
    expect(await idOf(await renew(lib, cookie))).toBe(ids[0]);
    expect(await idOf(await renew(lib, former))).toBe(await idOf(former));
    expect(await idOf(await signIn(lib))).not.toBe(await idOf(former));
    const other = { ...person, sub: "https://idp.example#bob" };
    const signed_in_at = lib.nowInSeconds() - 600;
    const ofOther = await lib.encodeSession({ token: { ...other, signed_in_at }, secret });
    expect(await idOf(ofOther)).not.toBe(await idOf(former));
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
    const token = { ...person, signed_in_at: lib.nowInSeconds() };
    const salted = await encode({ token, secret, salt: "next-auth.state" });
    expect(await lib.readSession(jar(salted))).toBeNull();
    const withoutRole = await lib.encodeSession({ token: { ...token, role: undefined }, secret });
    expect(await lib.readSession(jar(withoutRole))).toBeNull();
    const withoutStart = await encode({ token: person, secret });
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
    wait(11 * minute);
    expect(await lib.unsealSignInRefusal(sealed)).toBeNull();
  });
});
