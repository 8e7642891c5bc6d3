/** Environment variable by which a launcher tells its child, and no grandchild, that it is the launcher. */
export const LAUNCHER_VARIABLE = 'GIBBON_LAUNCHER_PID';
