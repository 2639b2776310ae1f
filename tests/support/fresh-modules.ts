import { vi } from "vitest";
import { putStoragesAway } from "./async-storages";

vi.resetModules();
putStoragesAway();
