import { startApp } from "./launch/app";
import { LocalEnvironment } from "./launch/app-environment";
import { ensureBuild } from "./launch/build";
import { DataFolder } from "./launch/data-folder";
import { type Lifecycle, launch } from "./launch/lifecycle";
import { readSeed } from "./launch/population";
import { assertPortsFree, freePort } from "./launch/ports";
import {
  portFrom,
  printSignIn,
  readOptions,
  signInFrom,
  warnOfNodeSupport,
} from "./launch/settings";
import { startStandIns } from "./launch/stand-ins";

/**
 * `npm start`: the app with stand-ins for AWS and the providers, in one process tree. `--stand-ins`
 * starts them without the app, for example for the container image.
 */
async function start(life: Lifecycle): Promise<void> {
  const options = readOptions(process.argv.slice(2), ["--dev", "--stand-ins"]);
  const withApp = !options.has("--stand-ins");
  const mode = options.has("--dev") ? "development" : "production";
  const ports = {
    app: portFrom(process.env, "PORT", 3000),
    aws: portFrom(process.env, "EMBEDDED_AWS_PORT", 4566),
    simulator: portFrom(process.env, "SIMULATOR_PORT", 4010),
  };
  await assertPortsFree([
    { variable: "PORT", port: ports.app },
    { variable: "EMBEDDED_AWS_PORT", port: ports.aws },
    { variable: "SIMULATOR_PORT", port: ports.simulator },
  ]);
  ports.app ||= await freePort();
  const signIn = signInFrom(process.env);
  const environment = new LocalEnvironment({ mode, port: ports.app, signIn });
  const seed = readSeed(process.env.SEED);
  console.log("Switchboard on this machine, with stand-ins for AWS and the model providers.");
  const folder = await DataFolder.open(process.env.DATA_DIR || ".data");
  life.onStop(() => folder.release());
  if (withApp && mode === "production") await ensureBuild(life);
  const standIns = await startStandIns(life, { ports, folder, environment, seed });
  if (!withApp) return console.log("  Ready, without the app; Ctrl-C stops everything.");
  await startApp(life, { port: ports.app, mode, variables: standIns.variables });
  warnOfNodeSupport();
  console.log("  Ready; Ctrl-C stops everything.");
  printSignIn(`http://localhost:${ports.app}`, signIn);
}

await launch(start);
