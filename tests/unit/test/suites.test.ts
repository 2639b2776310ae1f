import { expect, test } from "vitest";
import {
  appContract,
  chosenFiles,
  dynamodbLocal,
  standIns,
  withImports,
} from "@/scripts/test/suites";

test("the stand-ins' own tests depend on the stand-ins, and on no page", () => {
  const files = withImports(standIns.tests());
  expect(files).toContain("tests/contract/embedded-dynamodb.test.ts");
  expect(files).toContain("tests/contract/simulator.test.ts");
  expect(files).toContain("scripts/embedded/server.ts");
  expect(files).toContain("scripts/simulator/failures.json");
  expect(files.filter((file) => /^(app|components)\//.test(file))).toEqual([]);
});

test("the app's contract tests run on the image's Node, those of the stand-ins don't", () => {
  const files = appContract.tests();
  expect(files).toContain("tests/contract/models-api.test.ts");
  expect(files).toContain("tests/contract/providers/streams.test.ts");
  expect(files.filter((file) => standIns.tests().includes(file))).toEqual([]);
  expect(files).not.toContain("tests/contract/launcher-lifecycle.test.ts");
});

test("arguments select every file whose path contains one of them", () => {
  const files = ["tests/a-one.test.ts", "tests/b-two.test.ts", "tests/c-three.test.ts"];
  expect(chosenFiles(files, ["one", "three"])).toEqual([files[0], files[2]]);
  expect(chosenFiles(files, [])).toEqual(files);
});

test("the second run depends on what it loads lazily, and on processes that it starts", () => {
  const files = withImports(dynamodbLocal.tests());
  expect(files).toContain("tests/contract/guards.test.ts");
  expect(files).toContain("tests/support/dynamodb-local.ts");
  expect(files).toContain("tests/support/service-process.ts");
  expect(files).toContain("lib/models/service.ts");
  expect(files).toContain("lib/setup/tables.json");
});
