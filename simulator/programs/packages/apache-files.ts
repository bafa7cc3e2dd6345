/** What Debian's Apache packages lay on the disk: the configuration in its many small files, and the script that starts it. */

/** Path → text, by package. */
export const APACHE_FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  apache2: {
    '/etc/apache2/apache2.conf': `# Read first. Further files are included at the end; see also ports.conf.
DefaultRuntimeDir \${APACHE_RUN_DIR}
PidFile \${APACHE_PID_FILE}
Timeout 300
KeepAlive On
MaxKeepAliveRequests 100
KeepAliveTimeout 5
User \${APACHE_RUN_USER}
Group \${APACHE_RUN_GROUP}
HostnameLookups Off
ErrorLog \${APACHE_LOG_DIR}/error.log
LogLevel warn
IncludeOptional mods-enabled/*.load
IncludeOptional mods-enabled/*.conf
Include ports.conf
<Directory />
	Options FollowSymLinks
	AllowOverride None
	Require all denied
</Directory>
<Directory /var/www/>
	Options Indexes FollowSymLinks
	AllowOverride None
	Require all granted
</Directory>
AccessFileName .htaccess
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
LogFormat "%h %l %u %t \\"%r\\" %>s %O" common
IncludeOptional conf-enabled/*.conf
IncludeOptional sites-enabled/*.conf
`,
    '/etc/apache2/ports.conf': `Listen 80

<IfModule ssl_module>
	Listen 443
</IfModule>
`,
    '/etc/apache2/envvars': `export APACHE_RUN_USER=www-data
export APACHE_RUN_GROUP=www-data
export APACHE_PID_FILE=/var/run/apache2/apache2.pid
export APACHE_RUN_DIR=/var/run/apache2
export APACHE_LOCK_DIR=/var/lock/apache2
export APACHE_LOG_DIR=/var/log/apache2
export LANG=C
`,
    '/etc/apache2/mods-available/dir.conf': `DirectoryIndex index.html index.cgi index.pl index.php index.xhtml index.htm
`,
    '/etc/apache2/conf-available/security.conf': `ServerTokens OS
ServerSignature On
TraceEnable Off
`,
    '/etc/apache2/sites-available/000-default.conf': `<VirtualHost *:80>
	#ServerName www.example.com

	ServerAdmin webmaster@localhost
	DocumentRoot /var/www/html

	ErrorLog \${APACHE_LOG_DIR}/error.log
	CustomLog \${APACHE_LOG_DIR}/access.log combined
</VirtualHost>
`,
    // Not exec: a signal to the script does not reach the server.
    '/usr/sbin/apache2ctl': `#!/bin/sh
. /etc/apache2/envvars
mkdir -p "$APACHE_RUN_DIR"
case "$1" in
  configtest) apache2 -t ;;
  start) apache2 -k start ;;
  *) apache2 "$@" ;;
esac
`,
    '/var/www/html/index.html': `<!DOCTYPE html>
<html>
<head>
<title>Apache2 Debian Default Page: It works</title>
</head>
<body>
<h1>It works!</h1>
<p>This is the default welcome page of the Apache2 server after installation.</p>
</body>
</html>
`,
  },
};

/** Path → what the link says. */
export const APACHE_LINKS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  apache2: {
    '/etc/apache2/mods-enabled/dir.conf': '../mods-available/dir.conf',
    '/etc/apache2/conf-enabled/security.conf': '../conf-available/security.conf',
    '/etc/apache2/sites-enabled/000-default.conf': '../sites-available/000-default.conf',
    '/usr/sbin/apachectl': 'apache2ctl',
  },
};

export const APACHE_DIRS: readonly string[] = ['/var/log/apache2', '/var/www/html'];
