import { expect, test } from "vitest";
import { portFrom, readOptions, signInFrom } from "@/scripts/launch/settings";

test("an unset or empty port is the default one", () => {
  expect(portFrom({ NODE_ENV: "test" }, "PORT", 3000)).toBe(3000);
  expect(portFrom({ NODE_ENV: "test", PORT: "" }, "PORT", 3000)).toBe(3000);
  expect(portFrom({ NODE_ENV: "test", PORT: "0" }, "PORT", 3000)).toBe(0);
});

test.for(["-1", "65536", "3.5", "0x50", "auto"])("%s is no port", (PORT) => {
  expect(() => portFrom({ NODE_ENV: "test", PORT }, "PORT", 3000)).toThrow(
    `PORT is "${PORT}", which is not a port number`,
  );
});

test("configured tokens are kept, and others are generated at each start", () => {
  const env = { NODE_ENV: "test", LOCAL_ADMIN_TOKEN: "my-admin-token" } as const;
  const first = signInFrom(env);
  const second = signInFrom(env);
  expect(first.LOCAL_ADMIN_TOKEN).toBe("my-admin-token");
  expect(second.LOCAL_ADMIN_TOKEN).toBe("my-admin-token");
  expect(first.LOCAL_VIEWER_TOKEN).not.toBe(second.LOCAL_VIEWER_TOKEN);
  expect(first.NEXTAUTH_SECRET).not.toBe(second.NEXTAUTH_SECRET);
});

test("an unknown option ends the start and lists the known ones", () => {
  expect([...readOptions(["--dev", "--no-env-file"], ["--dev", "--stand-ins"])]).toEqual(["--dev"]);
  expect(() => readOptions(["--no-env-file", "--bogus"], ["--dev"])).toThrow(
    "There is no option --bogus; the start takes --dev, --no-env-file.",
  );
});
