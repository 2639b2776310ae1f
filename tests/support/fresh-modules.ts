import { vi } from "vitest";
import { disableStorages } from "./async-storages";

vi.resetModules();
disableStorages();
