import django.core.validators
import django.db.models.deletion
import hefu.apps.accounts.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True, verbose_name='short name')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('host', models.CharField(blank=True, max_length=120, null=True, unique=True, verbose_name='own host name')),
                ('colour', models.CharField(default='#2b6a5b', max_length=7, validators=[django.core.validators.RegexValidator('#[0-9a-fA-F]{6}')], verbose_name='brand colour')),
                ('trader_name', models.CharField(blank=True, max_length=120, verbose_name='trader')),
                ('trader_address', models.CharField(blank=True, max_length=200, verbose_name="trader's address")),
                ('trader_contact', models.CharField(blank=True, max_length=120, verbose_name="trader's contact")),
                ('created_at', models.DateTimeField(verbose_name='created at')),
            ],
            options={
                'verbose_name': 'brand',
                'verbose_name_plural': 'brands',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('role', models.CharField(blank=True, choices=[('brand_admin', 'brand admin'), ('product_specialist', 'product specialist'), ('approver', 'approver'), ('service_agent', 'service agent'), ('sales_manager', 'sales manager'), ('analyst', 'analyst'), ('auditor', 'auditor'), ('distributor', 'distributor'), ('retailer', 'retailer'), ('supplier', 'supplier'), ('repair_point', 'repair point')], max_length=20, verbose_name='role')),
                ('is_active', models.BooleanField(default=True, verbose_name='may log in')),
                ('is_staff', models.BooleanField(default=False, verbose_name='may enter backstage')),
                ('totp_secret', hefu.apps.accounts.fields.SealedTextField(blank=True, default='', verbose_name='second factor')),
                ('totp_confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('totp_last_step', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'constraints': [models.CheckConstraint(condition=models.Q(('is_superuser', True), models.Q(('brand__isnull', False), models.Q(('role', ''), _negated=True)), _connector='OR'), name='accounts_user_belongs_somewhere')],
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('prefix', models.CharField(max_length=12, unique=True)),
                ('secret_hash', models.CharField(max_length=64)),
                ('scopes', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='api_keys', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('distributor', 'distributor'), ('retailer', 'retailer'), ('supplier', 'supplier'), ('repair_point', 'repair point')], max_length=20, verbose_name='kind')),
                ('code', models.CharField(max_length=40, verbose_name='partner number')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('region', models.CharField(blank=True, max_length=6, verbose_name='region')),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'constraints': [models.UniqueConstraint(fields=('brand', 'code'), name='accounts_organisation_code')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.organisation'),
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('summary', models.JSONField(default=dict)),
                ('content_hash', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField()),
                ('decision', models.CharField(choices=[('open', 'waiting'), ('granted', 'granted'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='open', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='accounts.brand')),
            ],
            options={
                'verbose_name': 'approval',
                'verbose_name_plural': 'approvals',
                'indexes': [models.Index(fields=['brand', 'decision', 'asked_at'], name='accounts_approval_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), ('asked_by__isnull', True), models.Q(('asked_by', models.F('decided_by')), _negated=True), _connector='OR'), name='accounts_approval_second_person'), models.UniqueConstraint(condition=models.Q(('decision', 'open')), fields=('kind', 'subject_kind', 'subject_id'), name='accounts_approval_one_open')],
            },
        ),
    ]
