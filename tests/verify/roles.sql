create role verify_owner nologin;
create role verify_app login;
create role verify_group nologin;
create role verify_reporting login;
create role verify_support nologin bypassrls;
