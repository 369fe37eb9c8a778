/** Light, dark, or as the device has it; kept on this device. */
export { useMantineColorScheme as useColorScheme } from "@mantine/core";
