// Runs the local AWS endpoint in its own process, so that a test can kill it:
//   node --import tsx tests/support/embedded-process.ts DATA_DIR [PORT]
// Prints its URL once it listens. SWITCHBOARD_EMBEDDED_KILL_AFTER_STEP="name" kills it with SIGKILL
// at the first step of that name; SIGTERM stops it cleanly.
import { startEmbeddedAws } from "../../scripts/embedded/server";

const [dataDir, port = "0"] = process.argv.slice(2);
if (!dataDir) throw new Error("The first argument is the data folder.");
const fatalStep = process.env.SWITCHBOARD_EMBEDDED_KILL_AFTER_STEP;

try {
  const endpoint = await startEmbeddedAws({
    dataDir,
    port: Number(port),
    onStep: async (step) => {
      if (step !== fatalStep) return;
      process.kill(process.pid, "SIGKILL");
      await new Promise(() => undefined);
    },
  });
  process.once("SIGTERM", () => void endpoint.stop());
  process.stdout.write(`${endpoint.url}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
