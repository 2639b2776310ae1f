export { BulkDialog, BulkStatus } from "@/components/capabilities/bulk-dialog";
export { CapabilitiesSection } from "@/components/capabilities/capabilities-section";
